/** Options that nobody has given and the rows decide, decided: once, when a run is made, so that its configuration has them. */

import { fold } from "../random/key.js";
import type { RunConfig } from "./config.js";
import { type RunData, runKey } from "./prepare.js";
import { declared } from "./registries.js";

/** The configuration with what its members leave to the training rows. @throws what choosing by those rows throws. */
export function settleConfig(config: RunConfig, { train }: Pick<RunData, "train">): RunConfig {
  const { flow } = config;
  const settle = declared("flows", flow)?.settle;
  if (flow === null || !settle) return config;
  const { name, ...options } = flow;
  return { ...config, flow: { name, ...settle(options as never, train, fold(runKey(config), "settle")) } };
}

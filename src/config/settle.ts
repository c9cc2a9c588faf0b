/** Options that nobody has given and the rows decide, decided: once, when a run is made, so that its configuration has them. */

import { rowsToTrainOn } from "../data/split-rows.js";
import { fold } from "../random/key.js";
import { InputError, TooFewRows } from "../util/errors.js";
import type { RunConfig } from "./config.js";
import { type RunData, runKey } from "./prepare.js";
import { declared } from "./registries.js";

/** The configuration with what its members leave to the training rows. @throws what choosing by those rows throws. */
export function settleConfig(config: RunConfig, { train }: Pick<RunData, "train">): RunConfig {
  const { flow } = config;
  const settle = declared("flows", flow)?.settle;
  if (flow === null || !settle) return config;
  const { name, ...options } = flow;
  try {
    return { ...config, flow: { name, ...settle(options as never, train, fold(runKey(config), "settle")) } };
  } catch (error) {
    throw error instanceof TooFewRows ? inRowsOfTheTable(error, config, train.shape[0]!) : error;
  }
}

/** The same of all rows that are given, of which others are held out. */
function inRowsOfTheTable({ least, why }: TooFewRows, { data }: RunConfig, train: number): InputError {
  return new InputError(
    `too few rows to ${why}: ${train} of them train, and it takes ${least}; give ${rowsToTrainOn(least, data)} rows at least, or another flow`,
  );
}

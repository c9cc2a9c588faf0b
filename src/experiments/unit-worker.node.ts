/** A thread that does units of experiments, one after another. */

import { parentPort } from "node:worker_threads";
import { takeComputed } from "../runtime/computed.js";
import type { Computes } from "../runtime/engine.js";
import { sayBy } from "../runtime/say-once.js";
import { findMember } from "../util/options.js";
import { readFrom } from "./data-files.node.js";
import type { Experiment } from "./experiment.js";
import * as members from "./members.js";

export interface UnitTask {
  readonly experiment: string;
  readonly unit: unknown;
  /** The folder of its data. */
  readonly folder?: string;
}

export type UnitMessage =
  | { readonly type: "tick"; readonly done: number }
  | { readonly type: "result"; readonly result: unknown; readonly engines: readonly Computes[] }
  | { readonly type: "said"; readonly line: string }
  | { readonly type: "failure"; readonly error: unknown };

const experiments = Object.values(members) as unknown as readonly Experiment[];
const port = parentPort!;
const tell = (message: UnitMessage): void => port.postMessage(message);

sayBy((line) => tell({ type: "said", line }));

port.on("message", async ({ experiment, unit, folder }: UnitTask) => {
  try {
    const found = findMember("experiment", experiments, experiment);
    const tick = (done: number): void => tell({ type: "tick", done });
    takeComputed();
    const result = await found.run(unit, tick, readFrom(folder ?? "."));
    tell({ type: "result", result, engines: takeComputed() });
  } catch (error) {
    tell({ type: "failure", error });
  }
});

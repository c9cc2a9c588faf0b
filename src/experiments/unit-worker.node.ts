/** A thread that does one unit of an experiment. */

import { parentPort, workerData } from "node:worker_threads";
import { findMember } from "../util/options.js";
import type { Experiment } from "./experiment.js";
import * as members from "./members.js";

export interface UnitTask {
  readonly experiment: string;
  readonly unit: unknown;
}

export type UnitMessage =
  | { readonly type: "tick"; readonly done: number }
  | { readonly type: "result"; readonly result: unknown };

const { experiment, unit } = workerData as UnitTask;
const found = findMember("experiment", Object.values(members) as unknown as readonly Experiment[], experiment);
const port = parentPort!;
const result = await found.run(unit, (done) => port.postMessage({ type: "tick", done } satisfies UnitMessage));
port.postMessage({ type: "result", result } satisfies UnitMessage);

/** The thread that computes: the engine blocks its own thread, so the one that talks to people stays free. */

import { parentPort, workerData } from "node:worker_threads";
import { TrainingDiverged } from "../train/loop.js";
import { InputError, NumericError } from "../util/errors.js";
import { executeRun, type RunEvent, type RunOutcome } from "./execute.js";
import { openRun } from "./open.js";

/** What a worker is told. */
export interface WorkerTask {
  readonly path: string;
  /** One shared integer: anything but 0 asks the run to save and stop. */
  readonly stop: Int32Array;
}

/** What a worker answers. */
export type WorkerMessage =
  | RunEvent
  | { readonly type: "done"; readonly outcome: RunOutcome }
  | { readonly type: "failed"; readonly kind: "input" | "numeric" | "defect"; readonly message: string };

/** Progress is told at most this often, in milliseconds. */
const PAUSE = 100;

async function main(): Promise<void> {
  const port = parentPort!;
  const { path, stop } = workerData as WorkerTask;
  let told = 0;
  const emit = (event: RunEvent): void => {
    const now = performance.now();
    if (event.type === "progress" && event.step < event.steps && now - told < PAUSE) return;
    if (event.type === "progress") told = now;
    port.postMessage(event satisfies WorkerMessage);
  };
  try {
    const outcome = await executeRun(openRun(path), { emit, stopped: () => Atomics.load(stop, 0) !== 0 });
    port.postMessage({ type: "done", outcome } satisfies WorkerMessage);
  } catch (error) {
    port.postMessage({ type: "failed", ...describe(error) } satisfies WorkerMessage);
  }
}

function describe(error: unknown): Pick<WorkerMessage & { type: "failed" }, "kind" | "message"> {
  if (error instanceof TrainingDiverged)
    return { kind: "numeric", message: `${error.message}; the state before it is saved as step ${error.step - 1}` };
  if (error instanceof InputError) return { kind: "input", message: error.message };
  if (error instanceof NumericError) return { kind: "numeric", message: error.message };
  return { kind: "defect", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

await main();

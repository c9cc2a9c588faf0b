/** Training a run in a thread of its own. */

import { SHARE_ENV, Worker } from "node:worker_threads";
import { InputError, NumericError } from "../util/errors.js";
import type { RunEvent, RunOutcome } from "./execute.js";
import type { WorkerMessage, WorkerTask } from "./worker.js";

export interface RunningRun {
  /** Resolves when the run ends or was stopped. @throws InputError, NumericError as the run did. */
  readonly outcome: Promise<RunOutcome>;
  /** Ask the run to finish its step, save a checkpoint and end. */
  stop(): void;
}

/** Start or continue the run in a folder. */
export function launchRun(path: string, emit: (event: RunEvent) => void): RunningRun {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: { path, stop } satisfies WorkerTask,
    // Flags of the parent, such as --input-type, would end the thread at its start.
    execArgv: [],
    env: SHARE_ENV,
  });
  const outcome = new Promise<RunOutcome>((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if (message.type === "done") resolve(message.outcome);
      else if (message.type !== "failed") emit(message);
      else if (message.kind === "input") reject(new InputError(message.message));
      else reject(message.kind === "numeric" ? new NumericError(message.message) : defect(message.message));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the training thread ended with code ${code} before the run did`)));
  });
  return {
    outcome,
    stop: () => Atomics.store(stop, 0, 1),
  };
}

/** An error of the thread, with the stack it had there. */
function defect(stack: string): Error {
  const error = new Error(stack.split("\n", 1)[0]);
  error.stack = stack;
  return error;
}

/** Units of experiments done in a thread, which is kept for the next ones: to start one takes half a second of computing. */

import { SHARE_ENV, Worker } from "node:worker_threads";
import type { Computes } from "../runtime/engine.js";
import { sayOnce } from "../runtime/say-once.js";
import type { UnitMessage, UnitTask } from "./unit-worker.node.js";

/** Does units, one at a time. */
export interface UnitRunner {
  /** The result of a unit; rejects with what it threw. `tick` is told the share that is done, `by` what computed it. */
  run(task: UnitTask, tick: (done: number) => void, by?: (engines: readonly Computes[]) => void): Promise<unknown>;
  /** No more units will come. */
  end(): void;
}

const startWorker = (): Worker =>
  new Worker(new URL("./unit-worker.node.js", import.meta.url), { execArgv: [], env: SHARE_ENV });

/** A thread of its own, started with the first unit, and anew with the next one where it has died. */
export function unitThread(): UnitRunner {
  let worker: Worker | undefined;
  const end = (): void => {
    void worker?.terminate();
    worker = undefined;
  };
  return {
    run: (task, tick, by) =>
      new Promise((resolve, reject) => {
        worker ??= startWorker();
        const own = worker;
        own.removeAllListeners();
        own.on("message", (message: UnitMessage) => {
          if (message.type === "tick") tick(message.done);
          else if (message.type === "said") sayOnce(message.line);
          else if (message.type === "result") {
            by?.(message.engines);
            resolve(message.result);
          } else reject(message.error);
        });
        const lost = (error: unknown): void => {
          // What throws tells of its end later, when the next unit may have a thread already.
          if (worker === own) end();
          reject(error);
        };
        own.on("error", lost);
        own.on("exit", () => lost(new Error("a unit's thread ended before its result")));
        own.postMessage(task);
      }),
    end,
  };
}

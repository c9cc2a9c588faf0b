/** The engine's thread in Node. */

import { availableParallelism } from "node:os";
import { isMainThread, SHARE_ENV, Worker } from "node:worker_threads";
import type { OpenThread } from "./thread.js";

/** How many threads are worth opening: one where this is itself one of several. */
export const usualThreads = (): number => (isMainThread ? availableParallelism() : 1);

/** One shared integer a thread: 1 from a request to its answer. */
const busy = new Set<Int32Array>();
/** How long a program that ends waits for a run, in milliseconds. */
const PATIENCE = 30_000;

// The native library aborts the whole process when its thread is terminated in the middle of a run, as the end of a
// program would.
process.on("exit", () => {
  for (const flag of busy) Atomics.wait(flag, 0, 1, PATIENCE);
});

export const openThread: OpenThread = ({ answered, ended }) => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  // Flags of the program are not the thread's: a file cannot be started with --input-type, for one.
  const worker = new Worker(new URL("./serve-node.js", import.meta.url), {
    workerData: flag,
    execArgv: [],
    env: SHARE_ENV,
  });
  busy.add(flag);
  const gone = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      busy.delete(flag);
      ended(`exit code ${code}`);
      resolve();
    });
  });
  worker.on("message", answered);
  worker.on("messageerror", ({ message }) => ended(message));
  worker.on("error", (error) => {
    busy.delete(flag);
    ended(error instanceof Error ? error.message : String(error));
  });
  worker.unref();
  return {
    post(request, transfer) {
      Atomics.store(flag, 0, 1);
      worker.postMessage(request, transfer);
    },
    awaited: (something) => (something ? worker.ref() : worker.unref()),
    end() {
      worker.ref();
      worker.postMessage("end");
      return gone;
    },
  };
};

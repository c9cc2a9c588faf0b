/** An engine in a thread of its own. */

import { askedEngine } from "#ort";
import { type EngineName, readEngineName } from "./choose.js";
import { choosingPlace } from "./choosing-place.js";
import type { Engine } from "./engine.js";
import { placeEngine } from "./place-engine.js";
import { remoteHost } from "./remote-host.js";

export interface WorkerEngine extends Engine {
  /**
   * End the thread. What it has not answered is rejected at once, and so is whatever is asked later; resolves when the
   * thread is gone, which in Node is after the run it is at.
   */
  close(): Promise<void>;
}

/**
 * Start a thread (`node:worker_threads` in Node, a module worker in a browser) with an engine, for
 * `compile(inputs, outputs, { engine })`. It does one thing after the other; inputs are copied to it, outputs are moved
 * back, and resident outputs stay there until they are read. While nothing is asked of it, it does not keep the program
 * from ending. Programs are written in the thread that asks, and compiled and run in the engine's.
 *
 * @param asked one of `EBBFLOW_ENGINE`, which says so unless given.
 * Errors of the engine arrive as they are; when the thread dies, everything pending is rejected with the reason.
 * @throws InputError on a name that there is not.
 */
export function workerEngine(asked: EngineName = askedEngine()): WorkerEngine {
  readEngineName(asked, "workerEngine: the engine");
  const host = remoteHost();
  return { ...placeEngine(choosingPlace("worker", host, asked)), close: host.close };
}

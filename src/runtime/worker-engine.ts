/** Engines in threads of their own. */

import { askedEngine } from "#ort";
import { usualThreads } from "#thread";
import { InputError } from "../util/errors.js";
import { type EngineName, readEngineName } from "./choose.js";
import { choosingPlace } from "./choosing-place.js";
import type { Engine } from "./engine.js";
import type { Host } from "./host.js";
import { placeEngine } from "./place-engine.js";
import { poolHost } from "./pool-host.js";
import { remoteHost } from "./remote-host.js";

export interface WorkerEngine extends Engine {
  /**
   * End its threads. What it has not answered is rejected at once, and so is whatever is asked later; resolves when
   * they are gone, which in Node is after the run that each is at.
   */
  close(): Promise<void>;
  /** Whether none of its threads is there any more. */
  isGone(): boolean;
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
  const name = readEngineName(asked, "workerEngine: the engine");
  return engineOf(remoteHost(), name);
}

/**
 * Start so many threads, for programs that are run at once: each run is computed by a thread that is free, the same bits
 * by any of them. One that is lost is said, and the others compute what it has not answered.
 * @param threads as many as there are processors unless given.
 * @throws InputError on a number of threads that is none, or a name that there is not.
 */
export function workerPool(threads: number = usualThreads(), asked: EngineName = askedEngine()): WorkerEngine {
  readEngineName(asked, "workerPool: the engine");
  if (!Number.isInteger(threads) || threads < 1)
    throw new InputError(`workerPool: threads must be a whole number of at least 1, got ${threads}`);
  return engineOf(poolHost(threads), asked);
}

const engineOf = <Held>(
  host: Host<Held> & Pick<WorkerEngine, "close" | "isGone">,
  asked: EngineName,
): WorkerEngine => ({
  ...placeEngine(choosingPlace("worker", host, asked)),
  close: host.close,
  isGone: host.isGone,
});

/** An engine in a thread of its own. */

import type { Engine } from "./engine.js";
import { onnxEngine } from "./onnx-engine.js";
import { remoteRuntime } from "./remote-runtime.js";

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
 * from ending.
 *
 * Errors of the engine arrive as they are; when the thread dies, everything pending is rejected with the reason.
 */
export function workerEngine(): WorkerEngine {
  const runtime = remoteRuntime();
  return { ...onnxEngine(runtime), close: runtime.close };
}

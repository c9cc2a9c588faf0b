/** The engine that runs compiled programs: ONNX Runtime, native or WebAssembly, behind one small interface. */

import type * as ort from "onnxruntime-common";

export interface Engine {
  /** `native` is ONNX Runtime's CPU library for Node, `wasm` the build that also runs in a browser. */
  readonly name: "native" | "wasm";
  readonly createSession: (model: Uint8Array) => Promise<ort.InferenceSession>;
  readonly Tensor: typeof ort.Tensor;
}

/**
 * One thread a session: programs are made of small operations, for which a second thread costs more than it gives;
 * chains, seeds and runs are what is spread over cores. Logging is for errors only.
 */
export const sessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
} as const;

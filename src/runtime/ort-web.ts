/** The engine for browsers, and for Node where no native library is installed. */

import type { Engine } from "./engine.js";
import { sessionOptions } from "./engine.js";

/** Load ONNX Runtime's WebAssembly build. */
export async function loadEngine(): Promise<Engine> {
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1;
  return {
    name: "wasm",
    Tensor: ort.Tensor,
    createSession: (model) => ort.InferenceSession.create(model, { ...sessionOptions, executionProviders: ["wasm"] }),
  };
}

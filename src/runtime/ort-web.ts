/** The engine for browsers, and for Node where no native library is installed. */

import type { Engine } from "./engine.js";
import { ortEngine } from "./ort-session.js";

/** Load ONNX Runtime's WebAssembly build. */
export async function loadEngine(): Promise<Engine> {
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1;
  return ortEngine("wasm", ort);
}

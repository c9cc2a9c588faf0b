/** ONNX Runtime for browsers, and for Node where no native library is installed. */

import type { Tensor } from "onnxruntime-common";
import type { OnnxRuntime } from "./onnx-runtime.js";
import { ortRuntime } from "./ort-runtime.js";

/** Load ONNX Runtime's WebAssembly build. */
export async function loadRuntime(): Promise<OnnxRuntime<Tensor>> {
  const ort = await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1;
  return ortRuntime("wasm", ort);
}

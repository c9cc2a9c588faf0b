/** ONNX Runtime for browsers, and for Node where no native library is installed. */

import type { Tensor } from "onnxruntime-common";
// Not at the first use: a worker whose script imports while it runs is more than some bundlers make by default.
import * as ort from "onnxruntime-web/wasm";
import type { OnnxRuntime } from "./onnx-runtime.js";
import { ortRuntime } from "./ort-runtime.js";
import { wasmFile } from "./wasm-file.js";

/** Load ONNX Runtime's WebAssembly build. */
export async function loadRuntime(): Promise<OnnxRuntime<Tensor>> {
  ort.env.wasm.numThreads = 1;
  const wasm = wasmFile();
  if (wasm !== undefined) ort.env.wasm.wasmPaths = { wasm };
  return ortRuntime("wasm", ort);
}

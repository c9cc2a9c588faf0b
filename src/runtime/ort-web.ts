/** ONNX Runtime for browsers, and for Node where no native library is installed. */

// Not at the first use: a worker whose script imports while it runs is more than some bundlers make by default.
import * as ort from "onnxruntime-web/wasm";
import type { EngineName } from "./choose.js";
import type { Computes } from "./engine.js";
import { type OnnxRuntime, ortRuntime } from "./ort-runtime.js";
import { wasmFile } from "./wasm-file.js";

/** Load ONNX Runtime's WebAssembly build. */
export async function loadRuntime(_?: EngineName): Promise<OnnxRuntime> {
  ort.env.wasm.numThreads = 1;
  const wasm = wasmFile();
  if (wasm !== undefined) ort.env.wasm.wasmPaths = { wasm };
  return ortRuntime("onnx-wasm", ort);
}

/** What is asked for: a page has no environment. */
export const askedEngine = (): EngineName => "auto";

/** What computes a program for which nobody chose: a browser has no native operations. */
export const usual: Computes = "wasm";

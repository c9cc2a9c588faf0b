/** ONNX Runtime for browsers, and for Node where no native library is installed. */

// Not at the first use: a worker whose script imports while it runs is more than some bundlers make by default.
import * as ort from "onnxruntime-web/wasm";
import type { Chosen, EngineName } from "./choose.js";
import type { OnnxBuild } from "./engine.js";
import { inTurns, type OnnxRuntime, ortRuntime } from "./ort-runtime.js";
import { wasmFile, webgpuFolder } from "./wasm-file.js";

/** A build: that for WebAssembly, or that for WebGPU. Rejects where there is none. */
export async function openRuntime(build: OnnxBuild): Promise<OnnxRuntime> {
  if (build === "webgpu") return openWebgpu();
  if (build !== "onnx-wasm") throw new Error("a browser has no native library");
  ort.env.wasm.numThreads = 1;
  const wasm = wasmFile();
  if (wasm !== undefined) ort.env.wasm.wasmPaths = { wasm };
  return ortRuntime(build, ort);
}

async function openWebgpu(): Promise<OnnxRuntime> {
  if (!(await globalThis.navigator?.gpu?.requestAdapter()))
    throw new Error("this browser has no WebGPU, or no graphics processor for it");
  const folder = webgpuFolder();
  if (folder === undefined) throw new Error("webgpuFrom has to say where its files lie (README, In a browser)");
  const file = new URL("ort.webgpu.bundle.min.mjs", folder).href;
  // No bundler has a part in it: who does not compute by it neither builds nor fetches it.
  const gpu = (await import(/* @vite-ignore */ /* webpackIgnore: true */ file)) as typeof ort;
  gpu.env.wasm.numThreads = 1;
  return inTurns(ortRuntime("webgpu", gpu));
}

/** What is asked for where nobody says: a page has no environment. */
export const askedEngine = (): EngineName => "auto";

/** ONNX Runtime on the processor of a browser. */
export const processor: "onnx" | "onnx-wasm" = "onnx-wasm";

/** What computes a program for which nobody chose: a browser has no native operations. */
export const usual: Chosen = "wasm";

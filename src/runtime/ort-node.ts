/** ONNX Runtime for Node: the native library, or WebAssembly where it is not installed. */

import { createRequire } from "node:module";
import { type Chosen, type EngineName, readEngineName } from "./choose.js";
import type { OnnxBuild } from "./engine.js";
import { type OnnxRuntime, ortRuntime } from "./ort-runtime.js";

/**
 * A build: `onnx` is the native library, `webgpu` and `cuda` are that library on a graphics processor, which it looks for
 * when it loads a program. Rejects where it is not installed.
 */
export async function openRuntime(build: OnnxBuild): Promise<OnnxRuntime> {
  if (build === "onnx-wasm") return (await import("./ort-web.js")).openRuntime(build);
  // Else the library writes a device id under the user's cache folder and looks up a host. It reads the environment of
  // the process, which a thread reaches only if it was started with SHARE_ENV.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  const { default: ort } = await import("onnxruntime-node");
  // What it looks for and does not find it would write itself, beside the errors it throws.
  ort.env.logLevel = "fatal";
  return ortRuntime(build, ort);
}

/** What the environment asks for. */
export const askedEngine = (): EngineName => readEngineName(process.env.EBBFLOW_ENGINE);

/** Whether the native library is installed, which is optional. */
function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("onnxruntime-node");
    return true;
  } catch {
    return false;
  }
}

/** ONNX Runtime on this machine's processor. */
export const processor: "onnx" | "onnx-wasm" = isInstalled() ? "onnx" : "onnx-wasm";

/** What computes a program for which nobody chose: native operations are fast and there at once, others are neither. */
export const usual: Chosen = processor === "onnx" ? "onnx" : "wasm";

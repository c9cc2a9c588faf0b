/** ONNX Runtime for Node: the native library, or WebAssembly where it is not installed. */

import { type EngineName, readEngineName } from "./choose.js";
import type { Computes } from "./engine.js";
import { type OnnxRuntime, ortRuntime } from "./ort-runtime.js";

/** Load a build: `onnx-wasm` is the one that browsers use, `onnx` the native library and no other. */
export async function loadRuntime(name: EngineName = "auto"): Promise<OnnxRuntime> {
  const web = async () => (await import("./ort-web.js")).loadRuntime();
  if (name === "onnx-wasm") return web();
  // Else the library writes a device id under the user's cache folder and looks up a host. It reads the environment of
  // the process, which a thread reaches only if it was started with SHARE_ENV.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    const { default: ort } = await import("onnxruntime-node");
    return ortRuntime("onnx", ort);
  } catch (error) {
    if (name === "onnx") throw error;
    return web();
  }
}

/** What the environment asks for. */
export const askedEngine = (): EngineName => readEngineName(process.env.EBBFLOW_ENGINE);

/** What computes a program for which nobody chose: its native operations are fast, and there at once. */
export const usual: Computes = "onnx";

/** ONNX Runtime for Node: the native library, or WebAssembly where it is not installed. */

import { lower } from "../onnx/lower.js";
import { input } from "../ops/leaf.js";
import { type EngineName, readEngineName } from "./choose.js";
import type { Computes } from "./engine.js";
import { type OnnxModel, type OnnxRuntime, ortRuntime } from "./ort-runtime.js";
import { sayOnce } from "./say-once.js";

/**
 * Load a build: `onnx-wasm` is the one that browsers use, `onnx` the native library and no other, `webgpu` and `cuda` that
 * library on a graphics processor, or in words on the processor where it finds none.
 */
export async function loadRuntime(name: EngineName = "auto"): Promise<OnnxRuntime> {
  const web = async () => (await import("./ort-web.js")).loadRuntime();
  if (name === "onnx-wasm") return web();
  // Else the library writes a device id under the user's cache folder and looks up a host. It reads the environment of
  // the process, which a thread reaches only if it was started with SHARE_ENV.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    const { default: ort } = await import("onnxruntime-node");
    const processor = ortRuntime("onnx", ort);
    return name === "webgpu" || name === "cuda" ? onGraphics(name, ortRuntime(name, ort), processor) : processor;
  } catch (error) {
    if (name === "onnx") throw error;
    return web();
  }
}

/** The smallest model there is: what loads it is there. */
const probe = (): OnnxModel => {
  const x = input("x", [1]);
  return { model: lower({ x }, { y: x }), large: false };
};

/** A build on a graphics processor, if it finds one. It computes single precision; the processor does what is wider. */
async function onGraphics(name: string, graphics: OnnxRuntime, processor: OnnxRuntime): Promise<OnnxRuntime> {
  try {
    await (await graphics.load(probe())).release();
    return graphics;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    sayOnce(`ebbflow: engine ${name}: ${reason!.slice(0, 200)}; ONNX Runtime computes on the processor instead`);
    return processor;
  }
}

/** What the environment asks for. */
export const askedEngine = (): EngineName => readEngineName(process.env.EBBFLOW_ENGINE);

/** What computes a program for which nobody chose: its native operations are fast, and there at once. */
export const usual: Computes = "onnx";

/** ONNX Runtime for Node: the native library, or WebAssembly where it is not installed. */

import type { Tensor } from "onnxruntime-common";
import { InputError } from "../util/errors.js";
import type { OnnxRuntime } from "./onnx-runtime.js";
import { ortRuntime } from "./ort-runtime.js";

/** Load a build; `EBBFLOW_ENGINE=wasm` asks for the one that browsers use, `native` refuses any other. */
export async function loadRuntime(): Promise<OnnxRuntime<Tensor>> {
  const wanted = process.env.EBBFLOW_ENGINE;
  const web = async () => (await import("./ort-web.js")).loadRuntime();
  if (wanted === "wasm") return web();
  if (wanted && wanted !== "native")
    throw new InputError(`EBBFLOW_ENGINE is ${JSON.stringify(wanted)}; expected native or wasm, or leave it out`);
  // Else the library writes a device id under the user's cache folder and looks up a host. It reads the environment of
  // the process, which a thread reaches only if it was started with SHARE_ENV.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    const { default: ort } = await import("onnxruntime-node");
    return ortRuntime("native", ort);
  } catch (error) {
    if (wanted === "native") throw error;
    return web();
  }
}

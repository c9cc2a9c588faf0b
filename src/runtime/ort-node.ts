/** The engine for Node: the native library, or WebAssembly where it is not installed. */

import type { Engine } from "./engine.js";
import { ortEngine } from "./ort-session.js";
import * as web from "./ort-web.js";

/** Load the engine; `EBBFLOW_ENGINE=wasm` asks for the one that browsers use, `native` refuses any other. */
export async function loadEngine(): Promise<Engine> {
  const wanted = process.env.EBBFLOW_ENGINE;
  if (wanted === "wasm") return web.loadEngine();
  // Else the library writes a device id under the user's cache folder and looks up a host. It reads the environment of
  // the process, which a thread reaches only if it was started with SHARE_ENV.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    const { default: ort } = await import("onnxruntime-node");
    return ortEngine("native", ort);
  } catch (error) {
    if (wanted === "native") throw error;
    return web.loadEngine();
  }
}

/** The engine for Node: the native library, or WebAssembly where it is not installed. */

import type { Engine } from "./engine.js";
import { ortEngine } from "./ort-session.js";
import * as web from "./ort-web.js";

/** Load the engine; `EBBFLOW_ENGINE=wasm` asks for the one that browsers use, `native` refuses any other. */
export async function loadEngine(): Promise<Engine> {
  const wanted = process.env.EBBFLOW_ENGINE;
  if (wanted === "wasm") return web.loadEngine();
  try {
    const { default: ort } = await import("onnxruntime-node");
    return ortEngine("native", ort);
  } catch (error) {
    if (wanted === "native") throw error;
    return web.loadEngine();
  }
}

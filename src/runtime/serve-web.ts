/** What the engine's thread runs in a browser. */

import { serve } from "./serve.js";
import type { Request, Setting } from "./thread.js";
import { wasmFrom, webgpuFrom } from "./wasm-file.js";

const answer = serve((given, transfer) => self.postMessage(given, { transfer }));
self.onmessage = ({ data }: MessageEvent<Request | Setting>) => {
  if ("type" in data) return void answer(data);
  if (data.wasm !== undefined) wasmFrom(data.wasm);
  if (data.webgpu !== undefined) webgpuFrom(data.webgpu);
};

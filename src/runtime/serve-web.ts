/** What the engine's thread runs in a browser. */

import { serve } from "./serve.js";
import type { Request, Setting } from "./thread.js";
import { wasmFrom } from "./wasm-file.js";

const answer = serve((given, transfer) => self.postMessage(given, { transfer }));
self.onmessage = ({ data }: MessageEvent<Request | Setting>) => {
  if ("type" in data) void answer(data);
  else if (data.wasm !== undefined) wasmFrom(data.wasm);
};

/** What the engine's thread runs in a browser. */

import { serve } from "./serve.js";
import type { Request } from "./thread.js";

const answer = serve((given, transfer) => self.postMessage(given, { transfer }));
self.onmessage = ({ data }: MessageEvent<Request>) => answer(data);

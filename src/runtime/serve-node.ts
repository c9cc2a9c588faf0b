/** What the engine's thread runs in Node. */

import { parentPort, workerData } from "node:worker_threads";
import { serve } from "./serve.js";
import type { Request } from "./thread.js";

const port = parentPort!;
const busy = workerData as Int32Array;
const answer = serve((given, transfer) => {
  Atomics.store(busy, 0, 0);
  Atomics.notify(busy, 0);
  port.postMessage(given, transfer);
});
port.on("message", (message: Request | "end") => (message === "end" ? port.close() : answer(message)));

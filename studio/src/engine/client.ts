/** The page's side of the thread that computes: opened once for each training, ended with it. */

import { proxy, type Remote, wrap } from "comlink";
import type { Setup, Told } from "./messages.js";
import type { RemoteSimulation, WorkerApi } from "./worker.js";

export interface Client {
  readonly api: Remote<WorkerApi>;
  open(setup: Setup, tell: (told: Told) => void): Promise<Remote<RemoteSimulation>>;
  close(): void;
}

/** A thread. @param lost is called with a line when it ends by itself, as it does where memory ends. */
export function openClient(lost: (message: string) => void): Client {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "ebbflow" });
  worker.addEventListener("error", (event) => {
    lost(
      `The thread that computes has ended${event.message ? `: ${event.message}` : ""}. Start again with reset; a smaller network or fewer chains need less memory.`,
    );
  });
  const api = wrap<WorkerApi>(worker);
  return {
    api,
    open: (setup, tell) => api.open(setup, proxy(tell)) as unknown as Promise<Remote<RemoteSimulation>>,
    close: () => worker.terminate(),
  };
}

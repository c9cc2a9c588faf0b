/** The page's side of the thread that computes: opened once for each training, ended with it. */

import { proxy, type Remote, wrap } from "comlink";
import type { Setup, Told } from "./messages.js";
import type { OpenQuestion } from "./questions/question.js";
import type { Source } from "./questions/source.js";
import type { RemoteSimulation, WorkerApi } from "./worker.js";

export type RemoteQuestion = OpenQuestion;

export interface Client {
  readonly api: Remote<WorkerApi>;
  open(setup: Setup, tell: (told: Told) => void): Promise<Remote<RemoteSimulation>>;
  question(source: Source): Promise<Remote<RemoteQuestion>>;
  close(): void;
}

let opened = 0;

/** A thread. @param lost is called with a line when it ends by itself, as it does where memory ends. */
export function openClient(lost: (message: string) => void): Client {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "ebbflow" });
  const closed = new AbortController();
  const end = (why = ""): void => {
    if (closed.signal.aborted) return;
    closed.abort();
    lost(
      `The thread that computes has ended${why}. Start again with reset; a smaller network or fewer chains need less memory.`,
    );
  };
  worker.addEventListener("error", ({ message }) => end(message ? `: ${message}` : ""));
  const api = wrap<WorkerApi>(worker);
  void watch(api, closed.signal).then((free) => free && end());
  return {
    api,
    open: (setup, tell) => api.open(setup, proxy(tell)) as unknown as Promise<Remote<RemoteSimulation>>,
    question: (source) => api.question(source) as unknown as Promise<Remote<RemoteQuestion>>,
    close() {
      closed.abort();
      worker.terminate();
    },
  };
}

/**
 * Whether the thread has ended by itself: a thread that ends says nothing, but a lock that it holds is free then. Never
 * answers where a browser has no locks, nor where the page ends the thread.
 */
async function watch(api: Remote<WorkerApi>, signal: AbortSignal): Promise<boolean> {
  if (!navigator.locks) return false;
  const name = `ebbflow ${performance.timeOrigin} ${++opened}`;
  await api.hold(name);
  return navigator.locks.request(name, { signal }, () => true).catch(() => false);
}

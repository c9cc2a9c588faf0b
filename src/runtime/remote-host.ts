/** A thread of its own as a host: what computes blocks the thread it runs in, so this one stays free. */

import { openThread } from "#thread";
import { mapValues } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import type { Host, Session } from "./host.js";
import { sayOnce } from "./say-once.js";
import { type Answer, type Answered, buffersOf, type Request } from "./thread.js";

/** What it keeps it knows by number: the tensors are in the other thread, and cross when they are read. */
export interface RemoteHost extends Host<number> {
  /** End the thread; what it has not answered is rejected at once, and so is whatever is asked later. */
  close(): Promise<void>;
  /** Whether the thread ended, or never began. */
  isGone(): boolean;
}

interface Waiting {
  resolve(answered: Answered): void;
  reject(error: Error): void;
}

/** A thread, asked one thing after the other. */
function newLine() {
  let waiting: Waiting | undefined;
  let ended: Error | undefined;
  const end = (why: string): void => {
    ended ??= new Error(`worker engine: ${why}`);
    waiting?.reject(ended);
  };
  const answered = (answer: Answer): void => {
    if (ended) return;
    thread.awaited(false);
    answer.said?.forEach(sayOnce);
    if ("error" in answer) waiting?.reject(answer.error);
    else waiting?.resolve(answer);
  };
  const thread = openThread({ answered, ended: (reason) => end(`its thread ended: ${reason}`) });

  const post = (request: Request, transfer: readonly ArrayBuffer[]): Promise<Answered> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      waiting = { resolve, reject };
      thread.post(request, transfer);
      thread.awaited(true);
    });
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Answered> {
      const answer = last.then(() => post(request, transfer));
      last = answer.catch(() => {});
      return answer;
    },
    close() {
      end("closed");
      return thread.end();
    },
    isGone: () => ended !== undefined,
  };
}

/** Start a thread. Inputs are copied to it, outputs are moved back. */
export function remoteHost(): RemoteHost {
  const { ask, close, isGone } = newLine();
  /** Ask for what nobody waits for: a thread that is gone has nothing left to give back. */
  const tell = (request: Request): void => void ask(request).catch(() => {});
  let sessions = 0;
  let tensors = 0;
  // What nobody holds is released there too: the collector of this thread does not see the memory of the other.
  const forgotten = new FinalizationRegistry<number>((session) => tell({ type: "release", session }));
  return {
    async load(artifact) {
      const number = sessions++;
      const { engine } = await ask({ type: "load", session: number, artifact });
      const session: Session<number> = {
        // Said with every program that was loaded.
        engine: engine!,
        async run(feeds, held, keep) {
          const copies = mapValues(feeds, (t): Tensor => ({ ...t, data: t.data.slice() }));
          const kept = Object.fromEntries(keep.map((name) => [name, tensors++]));
          const request: Request = { type: "run", session: number, feeds: copies, held, keep: kept };
          return { outputs: (await ask(request, buffersOf(copies))).outputs, kept };
        },
        async release() {
          forgotten.unregister(session);
          await ask({ type: "release", session: number });
        },
      };
      forgotten.register(session, number, session);
      return session;
    },
    read: async (held) => (await ask({ type: "read", held })).outputs.value!,
    drop: (held) => tell({ type: "drop", held }),
    close,
    isGone,
  };
}

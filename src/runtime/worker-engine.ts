/** An engine in a thread of its own: ONNX Runtime blocks the thread it runs in, so this one stays free. */

import { openThread } from "#thread";
import { mapValues } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import type { Engine, Session, Tensors } from "./engine.js";
import { type Answer, buffersOf, type Request } from "./thread.js";

export interface WorkerEngine extends Engine {
  readonly name: "worker";
  /**
   * End the thread. What it has not answered is rejected at once, and so is whatever is asked later; resolves when the
   * thread is gone, which in Node is after the run it is at.
   */
  close(): Promise<void>;
}

interface Waiting {
  resolve(outputs: Tensors): void;
  reject(error: Error): void;
}

/**
 * Start a thread (`node:worker_threads` in Node, a module worker in a browser) with an engine, for
 * `compile(inputs, outputs, { engine })`. It does one thing after the other; inputs are copied to it, outputs are moved
 * back. While nothing is asked of it, it does not keep the program from ending.
 *
 * Errors of the engine arrive as they are; when the thread dies, everything pending is rejected with the reason.
 */
export function workerEngine(): WorkerEngine {
  let waiting: Waiting | undefined;
  let ended: Error | undefined;
  const end = (why: string): void => {
    ended ??= new Error(`worker engine: ${why}`);
    waiting?.reject(ended);
  };
  const answered = (answer: Answer): void => {
    if (ended) return;
    thread.awaited(false);
    if ("error" in answer) waiting?.reject(answer.error);
    else waiting?.resolve(answer.outputs);
  };
  const thread = openThread({ answered, ended: (reason) => end(`its thread ended: ${reason}`) });

  const post = (request: Request, transfer: readonly ArrayBuffer[]): Promise<Tensors> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      waiting = { resolve, reject };
      thread.post(request, transfer);
      thread.awaited(true);
    });
  let last: Promise<unknown> = Promise.resolve();
  function ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Tensors> {
    const answer = last.then(() => post(request, transfer));
    last = answer.catch(() => {});
    return answer;
  }

  let sessions = 0;
  // What nobody holds is released there too: the collector of this thread does not see the memory of the other.
  const forgotten = new FinalizationRegistry<number>((session) => {
    ask({ type: "release", session }).catch(() => {});
  });
  return {
    name: "worker",
    async createSession(model) {
      const number = sessions++;
      const copy = model.slice();
      await ask({ type: "create", session: number, model: copy }, [copy.buffer]);
      const session: Session = {
        async run(feeds) {
          const copies = mapValues(feeds, (t): Tensor => ({ ...t, data: t.data.slice() }));
          return { ...(await ask({ type: "run", session: number, feeds: copies }, buffersOf(copies))) };
        },
        async release() {
          forgotten.unregister(session);
          await ask({ type: "release", session: number });
        },
      };
      forgotten.register(session, number, session);
      return session;
    },
    close() {
      end("closed");
      return thread.end();
    },
  };
}

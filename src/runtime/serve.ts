/** The other side of an engine in a thread of its own: it owns the sessions. */

import { loadEngine } from "#ort";
import type { Engine, Session, Tensors } from "./engine.js";
import { type Answer, buffersOf, type Request } from "./thread.js";

/** What to call with a request; its answer is posted. */
export function serve(post: (answer: Answer, transfer: ArrayBuffer[]) => void): (request: Request) => Promise<void> {
  const sessions = new Map<number, Session>();
  let engine: Promise<Engine> | undefined;

  async function outputsOf(request: Request): Promise<Tensors> {
    if (request.type === "create") {
      engine ??= loadEngine();
      sessions.set(request.session, await (await engine).createSession(request.model));
      return {};
    }
    const session = sessions.get(request.session);
    if (!session) throw new Error("worker engine: the session was released");
    if (request.type === "run") return session.run(request.feeds);
    sessions.delete(request.session);
    await session.release();
    return {};
  }

  return async (request) => {
    try {
      const outputs = await outputsOf(request);
      post({ outputs }, buffersOf(outputs));
    } catch (error) {
      post({ error: error instanceof Error ? error : new Error(String(error)) }, []);
    }
  };
}

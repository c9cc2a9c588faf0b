/** The other side of a host in a thread of its own: it owns the sessions, and the tensors that stay. */

import { mapValues } from "../util/records.js";
import type { Host, Session } from "./host.js";
import { ownHost } from "./own-host.js";
import { sayBy } from "./say-once.js";
import { type Answer, type Answered, buffersOf, type Request } from "./thread.js";

/** What to call with a request; its answer is posted. */
export function serve(post: (answer: Answer, transfer: ArrayBuffer[]) => void): (request: Request) => Promise<void> {
  const answer = answerFrom(ownHost());
  const lines: string[] = [];
  sayBy((line) => lines.push(line));
  const said = () => (lines.length > 0 ? { said: lines.splice(0) } : {});
  return async (request) => {
    try {
      const answered = await answer(request);
      post({ ...answered, ...said() }, buffersOf(answered.outputs));
    } catch (error) {
      post({ error: error instanceof Error ? error : new Error(String(error)), ...said() }, []);
    }
  };
}

/** One thing is asked after the other, and who asks knows what is there: only a session may have been released. */
function answerFrom<Held>(host: Host<Held>): (request: Request) => Promise<Answered> {
  const sessions = new Map<number, Session<Held>>();
  const tensors = new Map<number, Held>();
  const sessionOf = (number: number): Session<Held> => {
    const session = sessions.get(number);
    if (!session) throw new Error("worker engine: the session was released");
    return session;
  };
  return async (request) => {
    switch (request.type) {
      case "load": {
        const session = await host.load(request.artifact);
        sessions.set(request.session, session);
        return { outputs: {}, engine: session.engine };
      }
      case "run": {
        const { feeds, held, keep } = request;
        const given = mapValues(held, (number) => tensors.get(number)!);
        const { outputs, kept } = await sessionOf(request.session).run(feeds, given, Object.keys(keep));
        for (const [name, number] of Object.entries(keep)) tensors.set(number, kept[name]!);
        return { outputs };
      }
      case "release":
        await sessionOf(request.session).release();
        sessions.delete(request.session);
        return { outputs: {} };
      case "read":
        return { outputs: { value: await host.read(tensors.get(request.held)!) } };
      case "drop": {
        const dropped = tensors.get(request.held);
        if (dropped !== undefined) host.drop(dropped);
        tensors.delete(request.held);
        return { outputs: {} };
      }
    }
  };
}

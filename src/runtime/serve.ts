/** The other side of a runtime in a thread of its own: it owns the sessions, and the tensors that stay. */

import { askedEngine, loadRuntime } from "#ort";
import { mapValues } from "../util/records.js";
import type { Tensors } from "./engine.js";
import type { OnnxRuntime } from "./onnx-runtime.js";
import type { Session } from "./session.js";
import { type Answer, buffersOf, type Request } from "./thread.js";

/** What to call with a request; its answer is posted. */
export function serve(post: (answer: Answer, transfer: ArrayBuffer[]) => void): (request: Request) => Promise<void> {
  let answering: Promise<(request: Request) => Promise<Tensors>> | undefined;
  return async (request) => {
    try {
      answering ??= loadRuntime(askedEngine()).then(answerFrom);
      const outputs = await (await answering)(request);
      post({ outputs }, buffersOf(outputs));
    } catch (error) {
      post({ error: error instanceof Error ? error : new Error(String(error)) }, []);
    }
  };
}

/** One thing is asked after the other, and who asks knows what is there: only a session may have been released. */
function answerFrom<Held>(runtime: OnnxRuntime<Held>): (request: Request) => Promise<Tensors> {
  const sessions = new Map<number, Session<Held>>();
  const tensors = new Map<number, Held>();
  const sessionOf = (number: number): Session<Held> => {
    const session = sessions.get(number);
    if (!session) throw new Error("worker engine: the session was released");
    return session;
  };
  return async (request) => {
    switch (request.type) {
      case "load":
        sessions.set(request.session, await runtime.load(request.model, { large: request.large ?? false }));
        return {};
      case "run": {
        const { feeds, held, keep } = request;
        const given = mapValues(held, (number) => tensors.get(number)!);
        const { outputs, kept } = await sessionOf(request.session).run(feeds, given, Object.keys(keep));
        for (const [name, number] of Object.entries(keep)) tensors.set(number, kept[name]!);
        return outputs;
      }
      case "release":
        await sessionOf(request.session).release();
        sessions.delete(request.session);
        return {};
      case "read":
        return { value: await runtime.read(tensors.get(request.held)!) };
      case "drop": {
        const dropped = tensors.get(request.held);
        if (dropped !== undefined) runtime.drop(dropped);
        tensors.delete(request.held);
        return {};
      }
    }
  };
}

/** ONNX Runtime as an engine: programs are lowered to ONNX, loaded once per structure, run many times. */

import { peakBytes } from "../ir/memory.js";
import { lower } from "../onnx/lower.js";
import type { Engine } from "./engine.js";
import type { OnnxRuntime } from "./onnx-runtime.js";
import { placeEngine } from "./place-engine.js";
import type { Place, Session } from "./session.js";
import { sessionCache } from "./session-cache.js";

/** Bytes from which on a program is large: its operations then take longer than making room for what they give. */
const LARGE = 2 ** 25;
const latin1 = new TextDecoder("latin1");

const renamed = <T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));

/** ONNX Runtime as a place where graphs are loaded. In a model, inputs and outputs have names of their own. */
export function onnxPlace<Held>(runtime: OnnxRuntime<Held>): Place<Held> {
  const sessionFor = sessionCache<Session<Held>>();
  const [given, made] = [(name: string) => `in:${name}`, (name: string) => `out:${name}`];
  const plain = (name: string): string => name.slice("out:".length);
  return {
    name: runtime.name,
    choose: () => "onnx",
    read: (held) => runtime.read(held),
    drop: (held) => runtime.drop(held),
    async load(inputs, outputs, { steadyRows }) {
      const model = lower(inputs, outputs, { steadyRows });
      const isLarge = () => peakBytes(Object.values(inputs), Object.values(outputs)) > LARGE;
      // By the exact bytes of the model.
      const session = await sessionFor(latin1.decode(model), () => runtime.load(model, { large: isLarge() }));
      return {
        engine: session.engine,
        async run(feeds, held, keep) {
          const results = await session.run(renamed(feeds, given), renamed(held, given), keep.map(made));
          return { outputs: renamed(results.outputs, plain), kept: renamed(results.kept, plain) };
        },
        release: () => session.release(),
      };
    },
  };
}

/** An engine of a place where ONNX models run. */
export const onnxEngine = <Held>(runtime: OnnxRuntime<Held>): Engine => placeEngine(onnxPlace(runtime));

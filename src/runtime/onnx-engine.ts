/** ONNX Runtime as an engine: programs are lowered to ONNX, loaded once per structure, run many times. */

import type { Expr } from "../ir/expr.js";
import { peakBytes } from "../ir/memory.js";
import { lower } from "../onnx/lower.js";
import { ShapeError } from "../util/errors.js";
import { sameShape, showShape, type Tensor } from "../util/tensor.js";
import type { CompileOptions, Engine, Executable, Resident, Results } from "./engine.js";
import type { OnnxRuntime, Session } from "./onnx-runtime.js";

/** How many sessions an engine keeps; the one that was used longest ago leaves first. */
const SESSIONS_KEPT = 64;
/** Bytes from which on a program is large: its operations then take longer than making room for what they give. */
const LARGE = 2 ** 25;
const latin1 = new TextDecoder("latin1");
let compilations = 0;

/** How many sessions have been created in this process: a second step must not add to it. */
export const countCompilations = (): number => compilations;

/** Sessions by the exact bytes of their model: equal structures and shapes share one. */
function sessionCache<Held>(runtime: OnnxRuntime<Held>) {
  const sessions = new Map<string, Promise<Session<Held>>>();
  return (model: Uint8Array, memory: () => number): Promise<Session<Held>> => {
    const key = latin1.decode(model);
    const known = sessions.get(key);
    if (known) {
      sessions.delete(key);
      sessions.set(key, known);
      return known;
    }
    compilations++;
    const created = runtime.load(model, { large: memory() > LARGE });
    sessions.set(key, created);
    created.catch(() => sessions.delete(key));
    if (sessions.size > SESSIONS_KEPT) sessions.delete(sessions.keys().next().value!);
    return created;
  };
}

/** What is held for whom. A handle that nobody holds any more is dropped. */
function newHandles<Held>(runtime: OnnxRuntime<Held>) {
  const handles = new WeakMap<Resident, Held>();
  const forgotten = new FinalizationRegistry<Held>((held) => runtime.drop(held));
  const heldBy = (what: string, resident: Resident): Held => {
    const held = handles.get(resident);
    if (held === undefined)
      throw new ShapeError(`${what} was released, or stays with another engine: read it there, and give what was read`);
    return held;
  };
  return {
    heldBy,
    handleOf({ dtype, shape }: Expr, held: Held): Resident {
      const resident: Resident = {
        dtype,
        shape,
        read: async () => runtime.read(heldBy("read: the tensor", resident)),
        release() {
          if (!handles.delete(resident)) return;
          forgotten.unregister(resident);
          runtime.drop(held);
        },
      };
      handles.set(resident, held);
      forgotten.register(resident, held, resident);
      return resident;
    },
  };
}

/** An engine of a place where ONNX models run. */
export function onnxEngine<Held>(runtime: OnnxRuntime<Held>): Engine {
  const sessionFor = sessionCache(runtime);
  const { heldBy, handleOf } = newHandles(runtime);
  return {
    name: runtime.name,
    async compile<Out extends Readonly<Record<string, Expr>>, Kept extends keyof Out & string = never>(
      inputs: Readonly<Record<string, Expr>>,
      outputs: Out,
      { resident = [], steadyRows }: CompileOptions<Kept> = {},
    ): Promise<Executable<keyof Out & string, Kept>> {
      const session = await sessionFor(lower(inputs, outputs, { steadyRows }), () =>
        peakBytes(Object.values(inputs), Object.values(outputs)),
      );
      const kept = new Set<string>(resident);
      const keep = resident.map((name) => `out:${name}`);
      const wanted = Object.entries(inputs);
      return {
        async run(given) {
          const [feeds, held]: [Record<string, Tensor>, Record<string, Held>] = [{}, {}];
          for (const [name, type] of wanted) {
            const fed = fitting(name, type, given[name]);
            if ("data" in fed) feeds[`in:${name}`] = fed;
            else held[`in:${name}`] = heldBy(`run: input ${name}`, fed);
          }
          const results = await session.run(feeds, held, keep);
          const named = Object.entries(outputs).map(([name, type]) => {
            const out = `out:${name}`;
            return [name, kept.has(name) ? handleOf(type, results.kept[out]!) : results.outputs[out]!];
          });
          // Which of the names are handles is said by the types of the options, not of a record of entries.
          return Object.fromEntries(named) as Results<keyof Out & string, Kept>;
        },
      };
    },
  };
}

function fitting<T extends Tensor | Resident>(name: string, type: Expr, given: T | undefined): T {
  if (given === undefined) throw new ShapeError(`run: input ${name} is missing`);
  if (given.dtype !== type.dtype || !sameShape(given.shape, type.shape))
    throw new ShapeError(
      `run: input ${name} is ${given.dtype} ${showShape(given.shape)}, the program takes ${type.dtype} ${showShape(type.shape)}`,
    );
  return given;
}

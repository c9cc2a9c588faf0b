/** The engine of a place: what programs are given fits them, and what stays there has handles. */

import type { Expr } from "../ir/expr.js";
import { ShapeError } from "../util/errors.js";
import { sameShape, showShape, type Tensor } from "../util/tensor.js";
import type { CompileOptions, Engine, Executable, Resident, Results } from "./engine.js";
import type { Place } from "./place.js";

/** What is held for whom. A handle that nobody holds any more is dropped. */
function newHandles<Held>(place: Place<Held>) {
  const handles = new WeakMap<Resident, Held>();
  const forgotten = new FinalizationRegistry<Held>((held) => place.drop(held));
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
        read: async () => place.read(heldBy("read: the tensor", resident)),
        release() {
          if (!handles.delete(resident)) return;
          forgotten.unregister(resident);
          place.drop(held);
        },
      };
      handles.set(resident, held);
      forgotten.register(resident, held, resident);
      return resident;
    },
  };
}

/** An engine of a place where programs run. */
export function placeEngine<Held>(place: Place<Held>): Engine {
  const { heldBy, handleOf } = newHandles(place);
  return {
    name: place.name,
    choose: (results, runs) => place.choose(results, runs),
    estimate: (results, by) => place.estimate(results, by),
    async compile<Out extends Readonly<Record<string, Expr>>, Kept extends keyof Out & string = never>(
      inputs: Readonly<Record<string, Expr>>,
      outputs: Out,
      options: CompileOptions<Kept> = {},
    ): Promise<Executable<keyof Out & string, Kept>> {
      const { engine, session } = await place.load(inputs, outputs, options);
      const keep = options.resident ?? [];
      const kept = new Set<string>(keep);
      const wanted = Object.entries(inputs);
      return {
        engine,
        async run(given) {
          const [feeds, held]: [Record<string, Tensor>, Record<string, Held>] = [{}, {}];
          for (const [name, type] of wanted) {
            const fed = fitting(name, type, given[name]);
            if ("data" in fed) feeds[name] = fed;
            else held[name] = heldBy(`run: input ${name}`, fed);
          }
          const results = await session.run(feeds, held, keep);
          const named = Object.entries(outputs).map(([name, type]) => [
            name,
            kept.has(name) ? handleOf(type, results.kept[name]!) : results.outputs[name]!,
          ]);
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

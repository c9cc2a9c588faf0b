/** Compiled programs on the engine that is asked for, or on this thread's own. */

import { askedEngine } from "#ort";
import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import { InputError, NumericError } from "../util/errors.js";
import { showShape, type Tensor } from "../util/tensor.js";
import { ENGINES, type EngineName, readEngineName } from "./choose.js";
import type { CompileOptions, Computes, Engine, Executable, Resident, Results, Tensors } from "./engine.js";
import { ownPlace } from "./own-place.js";
import { placeEngine } from "./place-engine.js";

/** Where to compute. */
export interface Where {
  /** The engine of this thread unless said, or one in a thread of its own (`workerEngine`). */
  readonly engine?: Engine | undefined;
  /** What of it: see `CompileOptions.by`. */
  readonly by?: Computes | undefined;
}

const ownEngines = new Map<EngineName, Engine>();

/**
 * The engine of this thread, which computes by what is asked for: `EBBFLOW_ENGINE` unless said. One for each name.
 * `fit(rows, { engine: await useEngine("webgpu") })`. @throws InputError on a name that there is not.
 */
export async function useEngine(asked: EngineName = askedEngine()): Promise<Engine> {
  const name = readEngineName(asked, "useEngine: the engine");
  const known = ownEngines.get(name) ?? placeEngine(ownPlace(name));
  ownEngines.set(name, known);
  return known;
}

/**
 * The engine that is given, or that of this thread.
 * @throws InputError for a name of one, or a promise of one that was not waited for.
 */
export async function givenEngine(given: Engine | undefined): Promise<Engine> {
  if (given === undefined) return useEngine();
  if (typeof (given as Partial<Engine>).compile === "function") return given;
  const what = typeof given === "string" ? JSON.stringify(given) : "none";
  const name = typeof given === "string" ? what : '"wasm"';
  throw new InputError(`engine is ${what}; give what an engine is: await useEngine(${name}) of ebbflow/runtime`);
}

/** @throws InputError for what is no engine's name: `by` takes what `choose` gives. */
export function expectComputes(by: Computes | undefined): void {
  if (by !== undefined && (!ENGINES.includes(by) || (by as EngineName) === "auto"))
    throw new InputError(
      `by is ${JSON.stringify(by)}; expected one of ${ENGINES.filter((n) => n !== "auto").join(", ")}`,
    );
}

/**
 * Compile the graph from the named inputs to the named outputs on an engine: see `Engine.compile`.
 * @throws ShapeError when an output needs an input that was not named.
 */
export async function compile<Out extends Readonly<Record<string, Expr>>, Kept extends keyof Out & string = never>(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Out,
  { engine, resident, steadyRows, by }: Where & CompileOptions<Kept> = {},
): Promise<Executable<keyof Out & string, Kept>> {
  expectComputes(by);
  return (await givenEngine(engine)).compile(inputs, outputs, { resident, steadyRows, by });
}

/**
 * A function of tensors from a function of expressions: compiled at the first call with each set of shapes.
 *
 * `const f = program(({ x }) => ({ y: square(x) })); const { y } = await f({ x: tensor(Float32Array.of(1, 2)) });`
 */
export function program<In extends string, Out extends string, Kept extends Out = never>(
  build: (inputs: Readonly<Record<In, Expr>>) => Readonly<Record<Out, Expr>>,
  options: Where & CompileOptions<Kept> = {},
): (inputs: Readonly<Record<In, Tensor | Resident>>) => Promise<Results<Out, Kept>> {
  const compiled = new Map<string, Promise<Executable<Out, Kept>>>();
  return async (given) => {
    const entries = Object.entries<Tensor | Resident>(given);
    const key = entries.map(([n, t]) => `${n}:${t.dtype}${showShape(t.shape)}`).join();
    let ready = compiled.get(key);
    if (!ready) {
      const symbols = Object.fromEntries(entries.map(([n, t]) => [n, input(n, t.shape, t.dtype)]));
      ready = compile(symbols, build(symbols as Record<In, Expr>), options);
      compiled.set(key, ready);
    }
    return (await ready).run(given);
  };
}

/** Evaluate expressions that need no inputs. For tests and small tables; compiles every time. */
export async function evaluate<Names extends string>(
  outputs: Readonly<Record<Names, Expr>>,
  where: Where = {},
): Promise<Record<Names, Tensor>> {
  return (await compile({}, outputs, where)).run({});
}

/** @throws NumericError naming the first tensor that holds a NaN or an infinity. */
export function expectFinite(where: string, tensors: Tensors): void {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) throw new NumericError(`${where}: ${name} is ${data[at]} at element ${at} of ${data.length}`);
  }
}

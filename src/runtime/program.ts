/** Compiled programs: lowered once, created once per structure, run many times. */

import { loadEngine } from "#ort";
import type { Expr } from "../ir/expr.js";
import { lower } from "../onnx/lower.js";
import { input } from "../ops/leaf.js";
import { NumericError, ShapeError } from "../util/errors.js";
import { sameShape, showShape, type Tensor } from "../util/tensor.js";
import type { Engine, Session, Tensors } from "./engine.js";

export type { Tensors } from "./engine.js";

/** A compiled program. Runs do not share state: the same inputs give the same outputs, bit for bit. */
export interface Program {
  /** @throws ShapeError when an input is missing or does not fit. */
  run(inputs: Tensors): Promise<Record<string, Tensor>>;
  /** Size of the ONNX model in bytes. */
  readonly bytes: number;
}

export interface CompileOptions {
  /** Where it runs: the engine of this thread unless said, or one in a thread of its own (`workerEngine`). */
  readonly engine?: Engine;
}

let ownEngine: Promise<Engine> | undefined;

/** The engine of this thread, loaded at its first use. */
export function useEngine(): Promise<Engine> {
  ownEngine ??= loadEngine();
  return ownEngine;
}

/** The sessions of an engine by the exact bytes of their model: equal structures and shapes share one. */
const sessionsOf = new WeakMap<Engine, Map<string, Promise<Session>>>();
/** How many an engine keeps; the one that was used longest ago leaves first. */
const SESSIONS_KEPT = 64;
const latin1 = new TextDecoder("latin1");
let compilations = 0;

/** How many sessions have been created in this process: a second step must not add to it. */
export const countCompilations = (): number => compilations;

function sessionFor(model: Uint8Array, engine: Engine): Promise<Session> {
  const sessions = sessionsOf.get(engine) ?? new Map<string, Promise<Session>>();
  sessionsOf.set(engine, sessions);
  const key = latin1.decode(model);
  const known = sessions.get(key);
  if (known) {
    sessions.delete(key);
    sessions.set(key, known);
    return known;
  }
  compilations++;
  const created = engine.createSession(model);
  sessions.set(key, created);
  created.catch(() => sessions.delete(key));
  if (sessions.size > SESSIONS_KEPT) sessions.delete(sessions.keys().next().value!);
  return created;
}

/**
 * Compile the graph from the named inputs to the named outputs. Structure and shapes decide: compiling the same twice
 * for one engine costs one lowering. @throws ShapeError when an output needs an input that was not named.
 */
export async function compile(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Readonly<Record<string, Expr>>,
  { engine }: CompileOptions = {},
): Promise<Program> {
  const model = lower(inputs, outputs);
  const session = await sessionFor(model, engine ?? (await useEngine()));
  const names = Object.keys(outputs);
  const wanted = Object.entries(inputs);
  return {
    bytes: model.length,
    async run(given) {
      const feeds = Object.fromEntries(wanted.map(([name, type]) => [`in:${name}`, fitting(name, type, given[name])]));
      const results = await session.run(feeds);
      return Object.fromEntries(names.map((name) => [name, results[`out:${name}`]!]));
    },
  };
}

function fitting(name: string, type: Expr, given: Tensor | undefined): Tensor {
  if (given === undefined) throw new ShapeError(`run: input ${name} is missing`);
  if (given.dtype !== type.dtype || !sameShape(given.shape, type.shape))
    throw new ShapeError(
      `run: input ${name} is ${given.dtype} ${showShape(given.shape)}, the program takes ${type.dtype} ${showShape(type.shape)}`,
    );
  return given;
}

/**
 * A function of tensors from a function of expressions: compiled at the first call with each set of shapes.
 *
 * `const f = program(({ x }) => ({ y: square(x) })); const { y } = await f({ x: tensor(Float32Array.of(1, 2)) });`
 */
export function program<In extends string, Out extends string>(
  build: (inputs: Readonly<Record<In, Expr>>) => Readonly<Record<Out, Expr>>,
  options: CompileOptions = {},
): (inputs: Readonly<Record<In, Tensor>>) => Promise<Record<Out, Tensor>> {
  const compiled = new Map<string, Promise<Program>>();
  return async (given) => {
    const entries = Object.entries<Tensor>(given);
    const key = entries.map(([n, t]) => `${n}:${t.dtype}${showShape(t.shape)}`).join();
    let ready = compiled.get(key);
    if (!ready) {
      const symbols = Object.fromEntries(entries.map(([n, t]) => [n, input(n, t.shape, t.dtype)]));
      ready = compile(symbols, build(symbols as Record<In, Expr>), options);
      compiled.set(key, ready);
    }
    return (await (await ready).run(given)) as Record<Out, Tensor>;
  };
}

/** Evaluate expressions that need no inputs. For tests and small tables; compiles every time. */
export async function evaluate<Names extends string>(
  outputs: Readonly<Record<Names, Expr>>,
): Promise<Record<Names, Tensor>> {
  return (await (await compile({}, outputs)).run({})) as Record<Names, Tensor>;
}

/** @throws NumericError naming the first tensor that holds a NaN or an infinity. */
export function expectFinite(where: string, tensors: Tensors): void {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) throw new NumericError(`${where}: ${name} is ${data[at]} at element ${at} of ${data.length}`);
  }
}

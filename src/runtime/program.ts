/** Compiled programs: lowered once, created once per structure, run many times. */

import type * as ort from "onnxruntime-common";
import { loadEngine } from "#ort";
import type { Expr } from "../ir/expr.js";
import { lower } from "../onnx/lower.js";
import { input } from "../ops/leaf.js";
import { NumericError, ShapeError } from "../util/errors.js";
import { type DType, sameShape, showShape, type Tensor, type TypedArray } from "../util/tensor.js";
import type { Engine } from "./engine.js";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled program. Runs do not share state: the same inputs give the same outputs, bit for bit. */
export interface Program {
  /** @throws ShapeError when an input is missing or does not fit. */
  run(inputs: Tensors): Promise<Record<string, Tensor>>;
  /** Size of the ONNX model in bytes. */
  readonly bytes: number;
}

let engine: Promise<Engine> | undefined;

/** The engine in use, loaded at its first use. */
export function useEngine(): Promise<Engine> {
  engine ??= loadEngine();
  return engine;
}

/** Sessions by the exact bytes of their model: equal structures and shapes share one. The oldest leave first. */
const sessions = new Map<string, Promise<ort.InferenceSession>>();
const SESSIONS_KEPT = 64;
const latin1 = new TextDecoder("latin1");
let compilations = 0;

/** How many sessions have been created in this process: a second step must not add to it. */
export const countCompilations = (): number => compilations;

function sessionFor(model: Uint8Array, { createSession }: Engine): Promise<ort.InferenceSession> {
  const key = latin1.decode(model);
  const known = sessions.get(key);
  if (known) {
    sessions.delete(key);
    sessions.set(key, known);
    return known;
  }
  compilations++;
  const created = createSession(model);
  sessions.set(key, created);
  created.catch(() => sessions.delete(key));
  if (sessions.size > SESSIONS_KEPT) sessions.delete(sessions.keys().next().value!);
  return created;
}

/**
 * Compile the graph from the named inputs to the named outputs. Structure and shapes decide: compiling the same twice
 * costs one lowering. @throws ShapeError when an output needs an input that was not named.
 */
export async function compile(
  inputs: Readonly<Record<string, Expr>>,
  outputs: Readonly<Record<string, Expr>>,
): Promise<Program> {
  const model = lower(inputs, outputs);
  const using = await useEngine();
  const session = await sessionFor(model, using);
  const names = Object.keys(outputs);
  const wanted = Object.entries(inputs);
  return {
    bytes: model.length,
    async run(given) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, type] of wanted) feeds[`in:${name}`] = feed(using, name, type, given[name]);
      const results = await session.run(feeds);
      return Object.fromEntries(names.map((n) => [n, fetched(results[`out:${n}`]!)]));
    },
  };
}

function feed({ Tensor }: Engine, name: string, type: Expr, given: Tensor | undefined): ort.Tensor {
  if (given === undefined) throw new ShapeError(`run: input ${name} is missing`);
  if (given.dtype !== type.dtype || !sameShape(given.shape, type.shape))
    throw new ShapeError(
      `run: input ${name} is ${given.dtype} ${showShape(given.shape)}, the program takes ${type.dtype} ${showShape(type.shape)}`,
    );
  return new Tensor(given.dtype, given.data, given.shape);
}

const fetched = (t: ort.Tensor): Tensor => ({
  dtype: t.type as DType,
  shape: [...t.dims],
  data: t.data as TypedArray,
});

/**
 * A function of tensors from a function of expressions: compiled at the first call with each set of shapes.
 *
 * `const f = program(({ x }) => ({ y: square(x) })); const { y } = await f({ x: tensor(Float32Array.of(1, 2)) });`
 */
export function program<In extends string, Out extends string>(
  build: (inputs: Readonly<Record<In, Expr>>) => Readonly<Record<Out, Expr>>,
): (inputs: Readonly<Record<In, Tensor>>) => Promise<Record<Out, Tensor>> {
  const compiled = new Map<string, Promise<Program>>();
  return async (given) => {
    const entries = Object.entries<Tensor>(given);
    const key = entries.map(([n, t]) => `${n}:${t.dtype}${showShape(t.shape)}`).join();
    let ready = compiled.get(key);
    if (!ready) {
      const symbols = Object.fromEntries(entries.map(([n, t]) => [n, input(n, t.shape, t.dtype)]));
      ready = compile(symbols, build(symbols as Record<In, Expr>));
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

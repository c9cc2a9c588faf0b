/** Derivatives compared with differences, in float64, through the runtime. */

import { vjp } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import { add, addAll, mul, square } from "../../src/ops/arithmetic.js";
import { constant, input } from "../../src/ops/leaf.js";
import { sum } from "../../src/ops/shape.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { compile } from "../../src/runtime/program.js";
import { type Tensor, tensor } from "../../src/util/tensor.js";

export interface Problem {
  readonly name: string;
  /** Where the derivatives are taken. */
  readonly at: readonly Tensor<Float64Array>[];
  /** Results that are not float64 are left out of the comparison. */
  readonly build: (...x: Expr[]) => Expr | readonly Expr[];
  /** Highest order compared. */
  readonly order: 1 | 2 | 3;
  /** The derivative is zero everywhere; without this, a gradient of zeros counts as wrong. */
  readonly flat?: true;
}

const STEP = 1e-3;
/** Weights of `(8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12 h`, whose error is h⁴ f⁗′ / 30. */
const STENCIL = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;
const TOLERANCE = 1e-6;
/** Derivatives below this are compared absolutely. */
const FLOOR = 1e-3;
/** Tensors up to this size are checked coordinate by coordinate, all along two random directions. */
const SMALL = 12;

const noise = (name: string, t: { readonly shape: readonly number[] }): Tensor<Float64Array> =>
  normal(fold(makeKey(11), name), t.shape, "float64");

/** What one problem contributes to the program: `levels[k]` is a scalar and `slopes[k]` its gradient. */
interface Tower {
  readonly problem: Problem;
  readonly inputs: readonly Expr[];
  readonly levels: readonly Expr[];
  readonly slopes: readonly (readonly Expr[])[];
}

/**
 * Level 0 is `Σ w (y + y²/2)` over the results with fixed random weights, so that linear operations have second
 * derivatives too; each further level is `⟨∇level, v⟩` with a fixed random `v`.
 */
function tower(problem: Problem, n: number): Tower {
  const inputs = problem.at.map((t, i) => input(`x${n}.${i}`, t.shape, "float64"));
  const built = problem.build(...inputs);
  const results = ("node" in built ? [built] : built).filter((y) => y.dtype === "float64");
  const weigh = (y: Expr, name: string): Expr => sum(mul(constant(noise(name, y)), y));
  const levels = [addAll(results.map((y, i) => weigh(add(y, mul(0.5, square(y))), `w${i}`)))];
  const slopes: Expr[][] = [];
  for (let k = 0; k < problem.order; k++) {
    const slope = [...vjp([levels[k]!], [constant(tensor(Float64Array.of(1), []))], inputs)];
    slopes.push(slope);
    if (k + 1 < problem.order) levels.push(addAll(slope.map((g, i) => weigh(g, `v${k}.${i}`))));
  }
  return { problem, inputs, levels, slopes };
}

/** Directions to differentiate along: unit vectors where the point is small, and two random ones. */
function directions({ at }: Problem): Float64Array[][] {
  const zeros = (): Float64Array[] => at.map((t) => new Float64Array(t.data.length));
  const units = at.flatMap((t, i) =>
    Array.from({ length: t.data.length <= SMALL ? t.data.length : 0 }, (_, j) => {
      const d = zeros();
      d[i]![j] = 1;
      return d;
    }),
  );
  return [...units, ...[0, 1].map((k) => at.map((t, i) => noise(`d${k}.${i}`, t).data))];
}

const inner = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
  a.reduce((s, x, i) => s + x.reduce((r, v, j) => r + v * b[i]![j]!, 0), 0);

type Feeds = Record<string, Tensor>;

/** All problems moved at once along their `d`-th direction: they do not know of one another. */
function moved(towers: readonly Tower[], along: readonly Float64Array[][][], d: number, step: number): Feeds {
  const feeds: Feeds = {};
  for (const [n, { problem, inputs }] of towers.entries())
    for (const [i, t] of problem.at.entries()) {
      const direction = along[n]![d]?.[i];
      feeds[inputs[i]!.node.op.show!(inputs[i]!.node.params)] = tensor(
        direction ? t.data.map((v, j) => v + step * direction[j]!) : t.data,
        t.shape,
      );
    }
  return feeds;
}

/**
 * Compare derivatives up to each problem's order with differences along random directions, and per coordinate where
 * a point is small. One program for all problems.
 * @returns one line for each derivative that is off by more than 1e-6 of itself; nothing when all agree.
 */
export async function gradientErrors(problems: readonly Problem[]): Promise<string[]> {
  if (problems.length === 0) return [];
  const towers = problems.map(tower);
  const along = problems.map(directions);
  const outputs: Record<string, Expr> = {};
  for (const [n, { levels, slopes }] of towers.entries())
    for (const [k, level] of levels.entries()) {
      outputs[`level ${n} ${k}`] = level;
      for (const [i, g] of slopes[k]!.entries()) outputs[`slope ${n} ${k} ${i}`] = g;
    }
  const symbols = Object.fromEntries(
    towers.flatMap((t) => t.inputs.map((e) => [e.node.op.show!(e.node.params), e] as const)),
  );
  const { run } = await compile(symbols, outputs);
  const here = await run(moved(towers, along, -1, 0));
  const slopeOf = (n: number, k: number): Float64Array[] =>
    problems[n]!.at.map((_, i) => here[`slope ${n} ${k} ${i}`]!.data as Float64Array);

  const errors = problems.flatMap(({ name, flat }, n) => {
    const moves = slopeOf(n, 0).some((g) => g.some((v) => v !== 0));
    return moves === (flat !== true) ? [] : [`${name}: its gradient is ${moves ? "not " : ""}zero`];
  });
  for (let d = 0; d < Math.max(...along.map((a) => a.length)); d++) {
    const there = await Promise.all(STENCIL.map(([s]) => run(moved(towers, along, d, s * STEP))));
    for (const [n, { problem, levels }] of towers.entries()) {
      const direction = along[n]![d];
      for (const k of direction ? levels.keys() : []) {
        const level = (r: number): number => there[r]![`level ${n} ${k}`]!.data[0] as number;
        const difference = STENCIL.reduce((s, [, c], r) => s + c * level(r), 0) / (12 * STEP);
        const derivative = inner(slopeOf(n, k), direction!);
        // Written so that a NaN on either side is an error.
        if (!(Math.abs(derivative - difference) <= TOLERANCE * Math.max(Math.abs(difference), FLOOR)))
          errors.push(`${problem.name}: order ${k + 1} along ${d}: derivative ${derivative}, difference ${difference}`);
      }
    }
  }
  return errors;
}

/** Random programs, drawn by fast-check, and whether what computes them agrees with their kernel rules. */

import fc from "fast-check";
import type { Expr } from "../../../src/ir/expr.js";
import { insideOf } from "../../../src/ir/inside.js";
import { topologicalOrder } from "../../../src/ir/order.js";
import { input } from "../../../src/ops/leaf.js";
import { allocate, type DType, type Shape, sameShape, sizeOf, type Tensor, tensor } from "../../../src/util/tensor.js";
import { evaluateByKernels } from "../kernel-evaluator.js";
import { type Draw, type Grown, isExact, type Pool, pick, type Rule } from "./grown.js";
import { gradientRule, scanRule, whileRule } from "./loops.js";
import { plainRules } from "./rules.js";

export interface RandomProgram {
  readonly inputs: Readonly<Record<string, Expr>>;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly results: readonly Grown[];
  /** What the results are by the rules alone. */
  readonly expected: readonly Tensor[];
}

/** What a program is grown from. */
export interface Seed {
  /** Lengths of axes; of each input those that it has, by number. */
  readonly lengths: readonly number[];
  readonly inputs: readonly { readonly axes: readonly number[]; readonly dtype: number; readonly seed: number }[];
  readonly steps: readonly Draw[];
  readonly outputs: readonly number[];
}

const LENGTHS = [1, 2, 3, 3, 4, 5, 7, 8, 11, 13, 17, 33, 0];
const DTYPES: readonly DType[] = ["float32", "float32", "float64", "float32", "int64", "bool"];
const number = fc.nat(2 ** 16 - 1);

const drawOf = (inside: fc.Arbitrary<readonly Draw[]>): fc.Arbitrary<Draw> =>
  fc.record({ rule: number, a: number, b: number, n: number, inside });
const innermost = drawOf(fc.constant([]));
const inner = drawOf(fc.array(innermost, { maxLength: 4, size: "max" }));
/** With bodies of loops, and loops in those. */
export const draws = drawOf(fc.array(inner, { maxLength: 6, size: "max" }));

export const seeds: fc.Arbitrary<Seed> = fc.record({
  lengths: fc.array(fc.constantFrom(...LENGTHS), { minLength: 3, maxLength: 3 }),
  inputs: fc.array(
    fc.record({
      axes: fc.array(fc.nat(3), { maxLength: 4 }),
      dtype: fc.nat(DTYPES.length - 1),
      seed: fc.nat(30),
    }),
    { minLength: 2, maxLength: 5 },
  ),
  steps: fc.array(draws, { minLength: 1, maxLength: 24, size: "max" }),
  outputs: fc.array(number, { minLength: 1, maxLength: 6 }),
});

/** Multiples of 1/8, without order. */
function fed(shape: Shape, dtype: DType, seed: number): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const k = ((i + 1) * (2 * seed + 31) * 7919) % 25;
    data[i] = dtype === "int64" ? BigInt((k % 7) - 2) : dtype === "bool" ? k % 2 : (k - 12) / 8;
  }
  return tensor(data, shape);
}

/** A rule is drawn by its number among all; loops and derivatives are a share of them. */
function ruleOf(rule: number, depth: number): Rule {
  const growBody = (pool: Pool, inside: readonly Draw[]): Pool => growAll(pool, inside, depth + 1);
  const kind = rule % 16;
  if (kind === 0 && depth < 3) return scanRule(growBody);
  if (kind === 1 && depth < 2) return whileRule(growBody);
  if (kind === 2) return gradientRule;
  return plainRules[(rule >> 4) % plainRules.length]!;
}

function growAll(pool: Pool, draws: readonly Draw[], depth: number): Pool {
  let all = pool;
  for (const draw of draws) {
    // The next that finds operands, if the one drawn does not.
    let made: Pool = [];
    for (let k = 0; k < 4 && made.length === 0; k++) made = ruleOf(draw.rule + 16 * k, depth)(all, draw);
    all = [...all, ...made];
  }
  return all;
}

/** A program, and what its results are. */
export function growProgram({ lengths, inputs, steps, outputs }: Seed, prefix = ""): RandomProgram {
  const symbols: Record<string, Expr> = {};
  const feeds: Record<string, Tensor> = {};
  const pool = inputs.map(({ axes, dtype: d, seed }, i): Grown => {
    let shape: Shape = axes.map((k) => [...lengths, 1][k]!);
    while (sizeOf(shape) > 800) shape = shape.slice(1);
    const [name, dtype] = [`${prefix}x${i}`, DTYPES[d]!];
    symbols[name] = input(name, shape, dtype);
    feeds[name] = fed(shape, dtype, seed);
    const isNumber = dtype.startsWith("float");
    return { expr: symbols[name], size: isNumber ? 1.5 : 4, grid: isNumber ? 3 : 0 };
  });
  const all = growAll(pool, steps, 0);
  const results = [...outputs.map((o) => pick(all, o)!), ...all.slice(-2)];
  const named = Object.fromEntries(results.map(({ expr }, i) => [`y${i}`, expr]));
  const expected = evaluateByKernels(symbols, named, feeds);
  return { inputs: symbols, feeds, results, expected: results.map((_, i) => expected[`y${i}`]!) };
}

/** Rounded numbers are below 4 and made of terms that are, so that differences are measured against one. */
export const TOLERANCE = { float32: 2e-4, float64: 1e-11 } as const;

/** The largest difference of two tensors, infinite where one has a NaN or the type is another. */
export function distance(got: Tensor, expected: Tensor): number {
  if (got.dtype !== expected.dtype || !sameShape(got.shape, expected.shape)) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [i, e] of expected.data.entries()) {
    const g = got.data[i]!;
    if (Object.is(g, e) || g === e) continue;
    const off = Math.abs(Number(g) - Number(e));
    most = Math.max(most, Number.isNaN(off) ? Number.POSITIVE_INFINITY : off);
  }
  return most;
}

/** Whether single precision has a part in a value. */
const isSingle = (results: readonly Expr[]): boolean =>
  topologicalOrder(results).some(
    (node) => node.outputs.some(({ dtype }) => dtype === "float32") || isSingle(insideOf(node)?.body.results ?? []),
  );

/** Results that are not what they should be, each in a line. */
export const differences = ({ results, expected }: RandomProgram, got: readonly Tensor[]): string[] =>
  results.flatMap((result, i) => {
    const off = distance(got[i]!, expected[i]!);
    const allowed = isExact(result) ? 0 : TOLERANCE[isSingle([result.expr]) ? "float32" : "float64"];
    return off <= allowed ? [] : [`result ${i}, ${result.expr.dtype} (${result.expr.shape}), is off by ${off}`];
  });

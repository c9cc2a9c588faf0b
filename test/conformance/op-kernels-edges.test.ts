/** Kernel rules where there is nothing, one of a kind, NaN, or a position that does not exist. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Expr } from "../../src/ir/expr.js";
import * as ops from "../../src/ops/index.js";
import { uniform } from "../../src/random/draw.js";
import { makeKey } from "../../src/random/key.js";
import { evaluate } from "../../src/runtime/program.js";
import { type Shape, type Tensor, tensor } from "../../src/util/tensor.js";
import { evaluateByKernels } from "../support/kernel-evaluator.js";

const widths = ["float32", "float64"] as const;
type Width = (typeof widths)[number];

const floats = (values: readonly number[], shape: Shape = [values.length], width: Width = "float64"): Expr =>
  ops.constant(tensor(width === "float32" ? Float32Array.from(values) : Float64Array.from(values), shape));
const ints = (values: readonly number[], shape: Shape = [values.length]): Expr =>
  ops.constant(tensor(BigInt64Array.from(values, BigInt), shape));
const numbers = (t: Tensor): number[] => Array.from(t.data as ArrayLike<number | bigint>, Number);
const byKernels = (y: Expr): number[] => numbers(evaluateByKernels({}, { y }, {}).y!);

/** Every kind of rule on a matrix of `n` rows and `k` columns, of given numbers. */
function programs(n: number, k: number, width: Width): Record<string, Expr> {
  const drawn = (shape: Shape, name: number): Expr => ops.constant(uniform(makeKey(name), shape, width));
  const [x, w, b] = [drawn([n, k], 1), drawn([k, 2], 2), drawn([2], 3)];
  const places = ints(Array.from({ length: n }, (_, i) => i - n));
  const within = ints(
    Array.from({ length: n * k }, (_, i) => (k === 0 ? 0 : (3 * i) % k)),
    [n, k],
  );
  const { state, outputs } = ops.scan({ init: { s: drawn([k], 4) }, xs: { r: drawn([3, k], 5) } }, ({ s }, { r }) => {
    const next = ops.add(ops.mul(s, 0.5), r);
    return { state: { s: next }, outputs: { seen: ops.sum(next) } };
  });
  return {
    elementwise: ops.softplus(ops.sub(ops.mul(x, x), 0.5)),
    broadcast: ops.add(ops.reshape(x, [n, 1, k]), drawn([2, 1], 6)),
    where: ops.where(ops.less(x, 0.5), x, 0),
    cast: ops.cast(ops.mul(x, 10), "int64"),
    "sum 0": ops.sum(x, 0),
    "sum 1": ops.sum(x, 1),
    "sum of integers": ops.sum(within),
    "max 0": ops.max(x, 0),
    "max 1": ops.max(x, 1),
    product: ops.matmul(x, w),
    "product over rows": ops.matmul(x, x, { transposeA: true }),
    "product in batches": ops.matmul(ops.reshape(x, [1, n, k]), ops.reshape(w, [1, k, 2])),
    affine: ops.affine(x, w, b),
    softmax: ops.softmax(x),
    logSumExp: ops.logSumExp(x, 0),
    concat: ops.concat([x, x, drawn([1, k], 7)]),
    pad: ops.pad(x, 1, 1, 2),
    flip: ops.flip(x, 0),
    transpose: ops.transpose(x),
    reshape: ops.reshape(ops.transpose(x), [n, k]),
    gather: ops.gather(x, places),
    "gather nothing": ops.gather(x, ints([]), 1),
    scatterAdd: ops.scatterAdd(x, places, 0, n),
    "scatterAdd into more": ops.scatterAdd(x, places, 0, n + 2),
    takeAlongAxis: ops.takeAlongAxis(x, within),
    scatterAlongAxis: ops.scatterAlongAxis(x, within, 1, k),
    "cumsum 0": ops.cumsum(x, 0),
    "cumsum 1": ops.cumsum(x, 1),
    "sort 0": ops.sort(x, 0).values,
    "order 1": ops.sort(x, 1).order,
    ...(k > 0 ? { argmax: ops.argmax(x, 1) } : {}),
    ...(n > 0 ? { "argmax 0": ops.argmax(x, 0) } : {}),
    "scan state": state.s,
    "scan outputs": outputs.seen,
  };
}

describe.each(widths)("in %s", (width) => {
  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
    [1, 1],
    [1, 3],
    [3, 1],
    [7, 5],
  ])("of %i rows and %i columns are what the engine gives", async (n, k) => {
    const all = programs(n, k, width);
    const [mine, engine] = [evaluateByKernels({}, all, {}), await evaluate(all)];
    for (const name of Object.keys(all)) {
      const [a, e] = [mine[name]!, engine[name]!];
      expect([name, a.dtype, a.shape]).toEqual([name, e.dtype, e.shape]);
      const [values, expected] = [numbers(a), numbers(e)];
      const off = values.findIndex(
        (v, i) =>
          v !== expected[i] &&
          !(Math.abs(v - expected[i]!) <= (width === "float32" ? 1e-6 : 1e-14) * Math.max(n, k, 1)),
      );
      expect([name, off, values[off], expected[off]]).toEqual([name, -1, undefined, undefined]);
    }
  });

  it("scalar rules have the golden values at all sizes", () => {
    const golden = JSON.parse(readFileSync(new URL("../golden/special.json", import.meta.url), "utf8"), (_, v) =>
      v === "Infinity" || v === "-Infinity" ? Number(v) : v,
    ) as Readonly<Record<string, readonly (readonly [number, number])[]>>;
    const functions = { softplus: ops.softplus, sigmoid: ops.sigmoid, silu: ops.silu, erf: ops.erf, atan: ops.atan };
    for (const [name, f] of Object.entries({ ...functions, tanh: ops.tanh, log1p: ops.log1p, expm1: ops.expm1 })) {
      const table = golden[name]!;
      const got = byKernels(
        f(
          floats(
            table.map(([x]) => x),
            undefined,
            width,
          ),
        ),
      );
      const wrong = table.flatMap(([x, value], i) => {
        const expected = width === "float32" ? Math.fround(value) : value;
        const allowed =
          (width === "float32" ? 1e-6 : 1e-12) * Math.abs(expected) + (width === "float32" ? 2 ** -126 : 0);
        return got[i] === expected || Math.abs(got[i]! - expected) <= allowed
          ? []
          : [`${name}(${x}) = ${got[i]}, not ${value}`];
      });
      expect(wrong).toEqual([]);
    }
  });

  it("a NaN stays a NaN", () => {
    const { exp, log, sqrt, abs, sign, floor, sin, cos, atan, tanh, sigmoid, erf } = ops;
    const ofOne = { exp, log, sqrt, abs, sign, floor, sin, cos, atan, tanh, sigmoid, erf };
    const x = floats([Number.NaN, 1], [2], width);
    const all = {
      ...Object.fromEntries(Object.entries(ofOne).map(([name, f]) => [name, f(x)])),
      softplus: ops.softplus(x),
      silu: ops.silu(x),
      maximum: ops.maximum(x, 0),
      minimum: ops.minimum(0, x),
      sum: ops.sum(x),
      max: ops.max(x),
      softmax: ops.softmax(x),
      cumsum: ops.cumsum(x),
    };
    const lost = Object.entries(evaluateByKernels({}, all, {})).filter(([, t]) => !Number.isNaN(numbers(t)[0]));
    expect(lost).toEqual([]);
  });
});

describe("order", () => {
  /** Ascending, NaN last, equals in their order. */
  const sorted = (line: readonly number[]): number[] =>
    line
      .map((_, i) => i)
      .sort((i, j) => {
        const [a, b] = [line[i]!, line[j]!];
        if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
        return a === b ? i - j : a - b < 0 ? -1 : 1;
      });
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1];

  it.each([1, 2, 3, 4, 5, 11, 24, 60, 150])("of %i numbers, with ties, infinities and NaN among them", (n) => {
    const draws = uniform(makeKey(n), [n, 2], "float64").data;
    const values = Array.from(draws, (u, i) => (i % 5 === 3 ? odd[Math.floor(u * odd.length)]! : Math.floor(u * n)));
    const x = floats(values, [n, 2]);
    const { values: y, order } = ops.sort(x, 0);
    for (const column of [0, 1]) {
      const line = values.filter((_, i) => i % 2 === column);
      const of = (all: readonly number[]): number[] => all.filter((_, i) => i % 2 === column);
      expect(of(byKernels(order))).toEqual(sorted(line));
      expect(of(byKernels(y))).toEqual(sorted(line).map((i) => line[i]));
      const largest = line.reduce((best, v, i) => (v > line[best]! ? i : best), 0);
      expect(byKernels(ops.argmax(x, 0))[column]).toBe(largest);
    }
  });
});

it("argmax passes over NaN as the engine does", async () => {
  const x = floats([1, Number.NaN, 2, Number.NaN, 1, 2, 3, 3, Number.NaN], [3, 3]);
  const y = ops.argmax(x);
  expect(byKernels(y)).toEqual([2, 0, 0]);
  expect(numbers((await evaluate({ y })).y)).toEqual([2, 0, 0]);
});

describe("a position that does not exist", () => {
  const x = floats([1, 2, 3]);
  const outside = ints([-4, -3, 2, 3]);

  it("reads NaN, the least integer or true", () => {
    expect(byKernels(ops.gather(x, outside))).toEqual([Number.NaN, 1, 3, Number.NaN]);
    expect(byKernels(ops.takeAlongAxis(x, outside))).toEqual([Number.NaN, 1, 3, Number.NaN]);
    expect(byKernels(ops.gather(ints([5, 6, 7]), outside))).toEqual([-(2 ** 63), 5, 7, -(2 ** 63)]);
    expect(byKernels(ops.gather(ops.less(x, 0), outside))).toEqual([1, 0, 0, 1]);
    expect(byKernels(ops.gather(floats([]), ints([0, -1])))).toEqual([Number.NaN, Number.NaN]);
  });

  it("leaves NaN at the first element when it is added to", () => {
    const four = floats([1, 2, 3, 4]);
    expect(byKernels(ops.scatterAdd(four, outside, 0, 3))).toEqual([Number.NaN, 0, 3]);
    expect(byKernels(ops.scatterAlongAxis(four, outside, 0, 3))).toEqual([Number.NaN, 0, 3]);
    expect(byKernels(ops.scatterAdd(four, ints([1, 1, 2, 2]), 0, 3))).toEqual([0, 3, 7]);
    expect(byKernels(ops.scatterAdd(four, outside, 0, 0))).toEqual([]);
  });
});

/** Functions made of other operations, against their plain formulas at moderate arguments. */

import * as ops from "../../../src/ops/index.js";
import { floats, type OpCase, type OpCases, unaryCases } from "../../support/op-case.js";
import { along, reduce, total, type Values } from "../../support/reference.js";

/** Maclaurin's series; loses two digits at 2. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const average = (x: readonly number[]): number => total(x) / x.length;
const spread = (x: readonly number[]): number => average(x.map((v) => (v - average(x)) ** 2));
const logSum = (x: readonly number[]): number => Math.log(total(x.map(Math.exp)));
const soft = (line: readonly number[]): number[] => line.map((v) => Math.exp(v - logSum(line)));

type Reduction = (x: Parameters<typeof ops.sum>[0], axes?: number | readonly number[]) => ReturnType<typeof ops.sum>;

/** Over everything, one axis from either end, two axes out of order. */
const reductions = (build: Reduction, f: (x: number[]) => number): OpCase[] => [
  {
    label: "a scalar",
    operands: [floats([])],
    build: (x) => build(x),
    expected: (x) => reduce(x, [], f),
    ...flatOf(f),
  },
  {
    label: "everything",
    operands: [floats([2, 3])],
    build: (x) => build(x),
    expected: (x) => reduce(x, [0, 1], f),
    scale: 1,
  },
  {
    label: "axis 0",
    operands: [floats([3, 2])],
    build: (x) => build(x, 0),
    expected: (x) => reduce(x, [0], f),
    scale: 1,
  },
  {
    label: "axis −1",
    operands: [floats([2, 3])],
    build: (x) => build(x, -1),
    expected: (x) => reduce(x, [1], f),
    scale: 1,
  },
  {
    label: "axes −1 and 0",
    operands: [floats([2, 2, 3])],
    build: (x) => build(x, [-1, 0]),
    expected: (x) => reduce(x, [0, 2], f),
    scale: 1,
  },
];

/** The variance of one number is zero whatever the number. */
const flatOf = (f: (x: number[]) => number) => (f([1]) === 0 && f([2]) === 0 ? ({ flat: true } as const) : {});

const lines = (
  build: (x: Parameters<typeof ops.sum>[0], axis?: number) => ReturnType<typeof ops.sum>,
  f: (x: number[]) => number[],
): OpCase[] => [
  {
    label: "last axis",
    operands: [floats([2, 3])],
    build: (x) => build(x),
    expected: (x: Values) => along(x, 1, f),
    scale: 1,
  },
  {
    label: "axis −2",
    operands: [floats([2, 3, 2])],
    build: (x) => build(x, -2),
    expected: (x) => along(x, 1, f),
    scale: 1,
  },
  { label: "axis 0", operands: [floats([4])], build: (x) => build(x, 0), expected: (x) => along(x, 0, f), scale: 1 },
];

export const special = {
  softplus: unaryCases(ops.softplus, (x) => Math.log1p(Math.exp(x)), [-4, 4], { order: 3 }),
  logSigmoid: unaryCases(ops.logSigmoid, (x) => -Math.log1p(Math.exp(-x)), [-4, 4]),
  silu: unaryCases(ops.silu, (x) => x * sigmoid(x), [-4, 4], { order: 3 }),
  erf: unaryCases(ops.erf, erf, [-2, 2]),
  // 1 + erf cancels on the left.
  gelu: unaryCases(ops.gelu, (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)), [-2, 2], { scale: 1 }),
  mean: reductions(ops.mean, average),
  variance: reductions(ops.variance, spread),
  norm: [
    {
      label: "everything",
      operands: [floats([2, 3])],
      build: (x) => ops.norm(x),
      expected: (x) => reduce(x, [0, 1], (v) => Math.hypot(...v)),
    },
  ],
  logSumExp: reductions(ops.logSumExp, logSum),
  logMeanExp: reductions(ops.logMeanExp, (x) => logSum(x) - Math.log(x.length)),
  logSoftmax: lines(ops.logSoftmax, (line) => line.map((v) => v - logSum(line))),
  softmax: lines(ops.softmax, soft),
} satisfies Partial<OpCases>;

/** Extrema, order, comparisons, selection. */

import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import {
  bools,
  broadcastCases,
  floats,
  given,
  ints,
  numberCases,
  type OpCase,
  type OpCases,
  type Operand,
} from "../../support/op-case.js";
import { along, at, generate, reduce, type Values, zip } from "../../support/reference.js";

/** Apart from each other and from the bounds of `clip`, so that differences cross no kink. */
const distinct = given([2, 3], [0.25, -1.5, 2.25, -0.75, 1.25, 0.5]);
const tied = given([2, 3], [1, 2, 2, -1, -1, -1]);
const any: readonly [number, number] = [-2, 2];

const larger = (build: typeof ops.maximum, f: (a: number, b: number) => number): OpCase[] => [
  ...broadcastCases(build, f, [
    [-2, 0.9],
    [1, 3],
  ]),
  ...numberCases(build, f, distinct),
  {
    label: "now one, now the other",
    operands: [distinct, given([3], [0.1, 0.3, 0.7])],
    build: (a, b) => build(a!, b!),
    expected: (a, b) => zip(f, [a!, b!]),
  },
];

const compare = (build: typeof ops.less, holds: (a: number, b: number) => boolean): OpCase[] => {
  const f = (a: number, b: number): number => (holds(a, b) ? 1 : 0);
  const two = (label: string, a: Operand, b: Operand): OpCase => ({
    label,
    operands: [a, b],
    build: (x, y) => build(x!, y!),
    expected: (x, y) => zip(f, [x!, y!], "bool"),
    order: 0,
  });
  return [
    ...broadcastCases(build, f, [any, any], { result: "bool", order: 0 }),
    ...numberCases(build, f, given([3], [0.5, 0.75, 1]), { result: "bool", order: 0 }),
    two("with ties", tied, given([], [2])),
    two("of integers", ints([3], [-1, 2, 5]), ints([], [2])),
  ];
};

const logical = (build: (a: Expr, b: Expr) => Expr, f: (a: number, b: number) => number): OpCase[] => [
  {
    label: "all four, broadcast",
    operands: [bools([2, 1], [0, 1]), bools([2], [0, 1])],
    build: (a, b) => build(a!, b!),
    expected: (a, b) => zip(f, [a!, b!], "bool"),
    order: 0,
  },
];

const reductions = (build: typeof ops.max, f: (x: number[]) => number): OpCase[] => [
  { label: "everything", operands: [distinct], build: (x) => build(x), expected: (x) => reduce(x, [0, 1], f) },
  { label: "axis −1", operands: [distinct], build: (x) => build(x, -1), expected: (x) => reduce(x, [1], f) },
  {
    label: "axes −1, 0",
    operands: [floats([2, 2, 3])],
    build: (x) => build(x, [-1, 0]),
    expected: (x) => reduce(x, [0, 2], f),
  },
  { label: "a scalar", operands: [floats([])], build: (x) => build(x), expected: (x) => x },
  { label: "with ties", operands: [tied], build: (x) => build(x, 0), expected: (x) => reduce(x, [0], f), order: 0 },
];

const position = (build: typeof ops.argmax, best: (x: number[]) => number): OpCase[] => {
  const f = (x: number[]): number => x.indexOf(best(x));
  return [
    {
      label: "last axis",
      operands: [distinct],
      build: (x) => build(x),
      expected: (x) => reduce(x, [1], f, "int64"),
      order: 0,
    },
    {
      label: "axis −2",
      operands: [distinct],
      build: (x) => build(x, -2),
      expected: (x) => reduce(x, [0], f, "int64"),
      order: 0,
    },
    {
      label: "the first of ties",
      operands: [tied],
      build: (x) => build(x, 1),
      expected: (x) => reduce(x, [1], f, "int64"),
      order: 0,
    },
  ];
};

const ascending = (x: readonly number[]): number[] => [...x].sort((a, b) => a - b);
const sources = (x: readonly number[]): number[] => x.map((_, i) => i).sort((i, j) => x[i]! - x[j]! || i - j);
const sorted = (x: Values, axis: number): Values[] => [along(x, axis, ascending), along(x, axis, sources, "int64")];
const both = ({ values, order }: ReturnType<typeof ops.sort>): Expr[] => [values, order];

const chosen = (c: Values, a: Values, b: Values): Values => {
  const { shape } = zip((...v) => v[0]!, [c, a, b]);
  return generate(shape, (i) => (at(c, i) ? at(a, i) : at(b, i)));
};

export const extrema = {
  maximum: larger(ops.maximum, Math.max),
  minimum: larger(ops.minimum, Math.min),
  clip: [
    {
      label: "between numbers",
      operands: [distinct],
      build: (x) => ops.clip(x, -1, 1),
      expected: (x) => zip((v) => Math.min(1, Math.max(-1, v)), [x]),
    },
    {
      label: "between tensors",
      operands: [distinct, given([], [-1]), given([3], [0.3, 0.6, 1])],
      build: (x, a, b) => ops.clip(x!, a!, b!),
      expected: (x, a, b) => zip((v, l, h) => Math.min(h!, Math.max(l!, v!)), [x!, a!, b!]),
    },
  ],
  max: reductions(ops.max, (x) => Math.max(...x)),
  min: reductions(ops.min, (x) => Math.min(...x)),
  argmax: position(ops.argmax, (x) => Math.max(...x)),
  argmin: position(ops.argmin, (x) => Math.min(...x)),
  sort: [
    { label: "last axis", operands: [distinct], build: (x) => both(ops.sort(x)), expected: (x) => sorted(x, 1) },
    { label: "axis −2", operands: [distinct], build: (x) => both(ops.sort(x, -2)), expected: (x) => sorted(x, 0) },
    {
      label: "stable at ties",
      operands: [tied],
      build: (x) => both(ops.sort(x)),
      expected: (x) => sorted(x, 1),
      order: 0,
    },
  ],
  orderStatistic: [0, 1, 2].map((k) => ({
    label: `the ${k}-th`,
    operands: [distinct],
    build: (x: Expr) => ops.orderStatistic(x, k, -1),
    expected: (x: Values) => reduce(x, [1], (line) => ascending(line)[k]!),
  })),
  equal: compare(ops.equal, (a, b) => a === b),
  less: compare(ops.less, (a, b) => a < b),
  lessEqual: compare(ops.lessEqual, (a, b) => a <= b),
  greater: compare(ops.greater, (a, b) => a > b),
  greaterEqual: compare(ops.greaterEqual, (a, b) => a >= b),
  and: logical(ops.and, Math.min),
  or: logical(ops.or, Math.max),
  not: [
    {
      label: "both",
      operands: [bools([2], [0, 1])],
      build: (a) => ops.not(a),
      expected: (a) => zip((v) => 1 - v, [a], "bool"),
      order: 0,
    },
  ],
  finite: [
    {
      label: "numbers, infinities, NaN",
      operands: [given([6], [0, -3e38, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])],
      build: (x) => ops.finite(x),
      expected: (x) => zip((v) => (Number.isFinite(v) ? 1 : 0), [x], "bool"),
      order: 0,
    },
  ],
  where: [
    {
      label: "equal shapes",
      operands: [bools([2, 2], [1, 0, 0, 1]), floats([2, 2]), floats([2, 2])],
      build: (c, a, b) => ops.where(c!, a!, b!),
      expected: (c, a, b) => chosen(c!, a!, b!),
    },
    {
      label: "broadcast on every side",
      operands: [bools([2, 1], [1, 0]), floats([3]), floats([])],
      build: (c, a, b) => ops.where(c!, a!, b!),
      expected: (c, a, b) => chosen(c!, a!, b!),
    },
    {
      label: "a condition that spreads its sides",
      operands: [bools([2, 3], [1, 0, 1, 0, 0, 1]), floats([])],
      build: (c, a) => ops.where(c!, a!, a!),
      expected: (c, a) => chosen(c!, a!, a!),
    },
    {
      label: "a number",
      operands: [bools([3], [1, 0, 1]), floats([3])],
      build: (c, a) => ops.where(c!, -1, a!),
      expected: (c, a) => chosen(c!, { shape: [], data: [-1] }, a!),
    },
  ],
} satisfies Partial<OpCases>;

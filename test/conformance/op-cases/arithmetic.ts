/** Elementwise arithmetic and elementary functions, against Math. */

import * as ops from "../../../src/ops/index.js";
import {
  broadcastCases,
  floats,
  given,
  ints,
  numberCases,
  type OpCase,
  type OpCases,
  unaryCases,
} from "../../support/op-case.js";
import { zip } from "../../support/reference.js";

const any: readonly [number, number] = [-2, 2];
const positive: readonly [number, number] = [0.2, 3];
/** Away from the kink at 0 and from the steps at whole numbers. */
const between = given([2, 3], [-2.75, -1.5, -0.25, 0.25, 1.4, 2.6]);

const stepwise = (build: typeof ops.floor, f: (x: number) => number, flat?: true) => [
  { label: "(2, 3)", operands: [between], build, expected: zipOf(f), ...(flat ? { flat } : {}) },
];
const zipOf =
  (f: (x: number) => number) =>
  (x: Parameters<typeof zip>[1][number]): ReturnType<typeof zip> =>
    zip(f, [x]);

type Two = (a: number, b: number) => number;

/** Both widths, and integers: given, and as constants that might be folded. Quotients of integers drop the fraction. */
const binary = (build: typeof ops.add, f: Two, ranges: readonly [typeof any, typeof any]): OpCase[] => {
  const [a, b] = [
    [7, -7, 9],
    [2, 2, -4],
  ];
  const whole = a!.map((v, i) => Math.trunc(f(v, b![i]!)));
  return [
    ...broadcastCases(build, f, ranges, { order: 3 }),
    ...numberCases(build, f, floats([2, 2], ...positive)),
    {
      label: "integers",
      operands: [ints([3], a!), ints([3], b!)],
      build: (x, y) => build(x!, y!),
      expected: () => ({ shape: [3], data: whole, dtype: "int64" }),
      order: 0,
    },
    {
      label: "constant integers",
      operands: [],
      build: () => a!.map((v, i) => build(ops.scalar(v, "int64"), b![i]!)),
      expected: () => whole.map((v) => ({ shape: [], data: [v], dtype: "int64" })),
      order: 0,
    },
  ];
};

const exponents = [0, 1, 2, 3, 4, 0.5, -1, -2, 2.5, -0.7];

export const arithmetic = {
  add: binary(ops.add, (a, b) => a + b, [any, any]),
  sub: binary(ops.sub, (a, b) => a - b, [any, any]),
  mul: binary(ops.mul, (a, b) => a * b, [any, any]),
  div: binary(ops.div, (a, b) => a / b, [any, positive]),
  neg: unaryCases(ops.neg, (x) => -x, any),
  exp: unaryCases(ops.exp, Math.exp, any, { order: 3 }),
  log: unaryCases(ops.log, Math.log, positive),
  sqrt: unaryCases(ops.sqrt, Math.sqrt, positive),
  abs: stepwise(ops.abs, Math.abs),
  sign: stepwise(ops.sign, Math.sign, true),
  floor: stepwise(ops.floor, Math.floor, true),
  square: unaryCases(ops.square, (x) => x * x, any),
  reciprocal: unaryCases(ops.reciprocal, (x) => 1 / x, positive),
  log1p: unaryCases(ops.log1p, Math.log1p, [-0.8, 3]),
  expm1: unaryCases(ops.expm1, Math.expm1, any),
  sin: unaryCases(ops.sin, Math.sin, any),
  cos: unaryCases(ops.cos, Math.cos, [-1.4, 1.4]),
  tan: unaryCases(ops.tan, Math.tan, [-1.2, 1.2]),
  atan: unaryCases(ops.atan, Math.atan, [-4, 4]),
  tanh: unaryCases(ops.tanh, Math.tanh, any, { order: 3 }),
  sinh: unaryCases(ops.sinh, Math.sinh, any),
  cosh: unaryCases(ops.cosh, Math.cosh, any),
  // The engine's single precision logistic is right to 1e-7 of 1, not of the value.
  sigmoid: unaryCases(ops.sigmoid, (x) => 1 / (1 + Math.exp(-x)), [-6, 6], { scale: 0.1 }),
  pow: [
    ...exponents.map((p) => ({
      label: `positive to the ${p}`,
      operands: [floats([2, 3], 0.3, 2)],
      build: (x: Parameters<typeof ops.pow>[0]) => ops.pow(x, p),
      expected: zipOf((x) => x ** p),
      ...(p === 0 ? ({ flat: true } as const) : {}),
    })),
    ...[1, 2, 3, 4, -1, -2, -3].map((p) => ({
      label: `negative to the ${p}`,
      operands: [floats([2, 3], -2, -0.3)],
      build: (x: Parameters<typeof ops.pow>[0]) => ops.pow(x, p),
      expected: zipOf((x) => x ** p),
    })),
    {
      label: "zero to the zero is one",
      operands: [given([2], [0, 3])],
      build: (x) => ops.pow(x, 0),
      expected: zipOf(() => 1),
      flat: true,
    },
  ],
  addAll: [
    {
      label: "three operands and a number",
      operands: [floats([2, 3], 0, 1), floats([3], 0, 1), floats([2, 1], 0, 1)],
      build: (a, b, c) => ops.addAll([0.5, a!, b!, c!]),
      expected: (a, b, c) => zip((x, y, z) => x + y + z + 0.5, [a!, b!, c!]),
    },
    { label: "one operand", operands: [floats([3])], build: (a) => ops.addAll([a]), expected: zipOf((x) => x) },
  ],
} satisfies Partial<OpCases>;

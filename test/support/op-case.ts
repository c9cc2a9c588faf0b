/** One check of one operation: how to build it, what it must give, how often it can be differentiated. */

import type { Expr } from "../../src/ir/expr.js";
import type * as ops from "../../src/ops/index.js";
import { type Draw, uniform } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { allocate, type DType, type Shape, showShape, sizeOf, type Tensor, tensor } from "../../src/util/tensor.js";
import { type Values, zip } from "./reference.js";

export type Width = "float32" | "float64";

/** An operand: floats of the width under test unless it has a dtype; drawn between bounds, or given. */
export interface Operand {
  readonly shape: Shape;
  readonly dtype?: "int64" | "bool";
  readonly values?: readonly number[];
  readonly low?: number;
  readonly high?: number;
}

export interface OpCase {
  readonly label: string;
  readonly operands: readonly Operand[];
  readonly build: (...x: Expr[]) => Expr | readonly Expr[];
  readonly expected: (...x: Values[]) => Values | readonly Values[];
  /** Order of the highest derivative compared with differences; 2 unless said, 0 where there is none to take. */
  readonly order?: 0 | 1 | 2 | 3;
  /** The derivative is zero everywhere. */
  readonly flat?: true;
  /** Errors are relative to the larger of the value and this: the size of the terms that were added up. */
  readonly scale?: number;
}

/** Exports of ops that build nothing to compare, each with the reason. */
export const helpers = {
  input: "has no value of its own; every case reads inputs",
  constantValue: "host side: reads a constant",
  peel: "host side: the operand of a broadcast",
  operands: "host side: numbers to constants",
  expectType: "host side: a check",
  keptShape: "host side: shape arithmetic",
  allAxes: "host side: shape arithmetic",
} as const;

export type OpName = Exclude<keyof typeof ops, keyof typeof helpers>;
export type OpCases<Names extends OpName = OpName> = { readonly [K in Names]: readonly OpCase[] };

export const floats = (shape: Shape, low = -2, high = 2): Operand => ({ shape, low, high });
export const given = (shape: Shape, values: readonly number[]): Operand => ({ shape, values });
export const ints = (shape: Shape, values: readonly number[]): Operand => ({ shape, dtype: "int64", values });
export const bools = (shape: Shape, values: readonly number[]): Operand => ({ shape, dtype: "bool", values });

const draw: Draw = uniform;

/** The operand as a tensor; the same numbers, but for rounding, in both widths. */
export function realise(operand: Operand, width: Width, label: string): Tensor {
  const { shape, values, low = 0, high = 1 } = operand;
  const dtype: DType = operand.dtype ?? width;
  const data = allocate(dtype, sizeOf(shape));
  const drawn = values ?? draw(fold(makeKey(7), label), shape, "float64").data;
  for (let i = 0; i < data.length; i++) {
    const v = values ? drawn[i]! : low + (high - low) * drawn[i]!;
    data[i] = dtype === "int64" ? BigInt(v) : v;
  }
  return tensor(data, shape);
}

/** A case of one operand. */
export const oneCase = (
  label: string,
  operand: Operand,
  build: (x: Expr) => Expr,
  expected: (x: Values) => Values,
): OpCase => ({ label, operands: [operand], build, expected });

/** A function of one operand, on a scalar, a vector and a matrix. */
export const unaryCases = (
  build: (x: Expr) => Expr,
  f: (x: number) => number,
  [low, high]: readonly [number, number],
  more: Partial<OpCase> = {},
): OpCase[] =>
  [[], [7], [2, 3]].map((shape) => ({
    label: showShape(shape),
    operands: [floats(shape, low, high)],
    build,
    expected: (x) => zip(f, [x]),
    ...more,
  }));

/** Equal, a scalar on either side, leading axes, axes of size one in either or both. */
const BROADCASTS: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[], [4]],
  [[2, 3], []],
  [[3], [2, 1]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[1], [2, 3]],
  [
    [2, 3],
    [1, 1],
  ],
];

type Range = readonly [number, number];
type Two = (a: Expr, b: Expr) => Expr;
type More = Partial<OpCase> & { readonly result?: DType };

/** A function of two operands, in every way two shapes broadcast. */
export const broadcastCases = (
  build: Two,
  f: (a: number, b: number) => number,
  [first, second]: readonly [Range, Range],
  { result, ...more }: More = {},
): OpCase[] =>
  BROADCASTS.map(([a, b]) => ({
    label: `${showShape(a)} ${showShape(b)}`,
    operands: [floats(a, ...first), floats(b, ...second)],
    build: (x, y) => build(x!, y!),
    expected: (x, y) => zip(f, [x!, y!], result),
    ...more,
  }));

/** The same with a number on either side. */
export const numberCases = (
  build: (a: Expr | number, b: Expr | number) => Expr,
  f: (a: number, b: number) => number,
  operand: Operand,
  { result, ...more }: More = {},
): OpCase[] => {
  const one = (left: boolean): OpCase => ({
    label: `a number on the ${left ? "left" : "right"}`,
    operands: [operand],
    build: (x) => (left ? build(0.75, x!) : build(x!, 0.75)),
    expected: (x) => zip((v) => (left ? f(0.75, v) : f(v, 0.75)), [x!], result),
    ...more,
  });
  return [one(true), one(false)];
};

/** Arithmetic of kernels on plain JavaScript numbers: `Math.fround` after every step in float32, bigint in int64. */

import type { Scalar, ScalarMath } from "../../src/ir/kernel.js";
import type { DType } from "../../src/util/tensor.js";

/** One number: a bigint in int64, 0 or 1 in bool. */
export interface PlainScalar extends Scalar {
  readonly value: number | bigint;
}

const round: Record<DType, (v: number | bigint) => number | bigint> = {
  float32: (v) => Math.fround(Number(v)),
  float64: Number,
  int64: (v) => BigInt.asIntN(64, BigInt(v)),
  bool: (v) => (Number(v) === 0 ? 0 : 1),
};

/** A number as a dtype holds it. */
export const plain = (value: number | bigint, dtype: DType): PlainScalar => ({ dtype, value: round[dtype](value) });

const numberOf = (x: Scalar): number | bigint => (x as PlainScalar).value;

/** Whether a bool holds. @throws when it is none. */
export function holds(x: Scalar): boolean {
  if (x.dtype !== "bool") throw new Error(`a kernel asks whether ${x.dtype} holds`);
  return numberOf(x) === 1;
}

function same(name: string, a: Scalar, b: Scalar): void {
  if (a.dtype !== b.dtype) throw new Error(`a kernel's ${name} takes ${a.dtype} and ${b.dtype}`);
}

function floating(name: string, x: Scalar): number {
  if (!x.dtype.startsWith("float")) throw new Error(`a kernel's ${name} takes ${x.dtype}`);
  return Number(numberOf(x));
}

/** Of floats by one function, of int64 by the same one of bigints. */
const arithmetic =
  (name: string, ofFloats: (a: number, b: number) => number, ofIntegers: (a: bigint, b: bigint) => bigint) =>
  (a: Scalar, b: Scalar): PlainScalar => {
    same(name, a, b);
    if (a.dtype === "int64") return plain(ofIntegers(numberOf(a) as bigint, numberOf(b) as bigint), "int64");
    return plain(ofFloats(floating(name, a), floating(name, b)), a.dtype);
  };

const ofOne =
  (name: string, f: (x: number) => number) =>
  (x: Scalar): PlainScalar =>
    plain(f(floating(name, x)), x.dtype);

const comparison =
  (name: string, f: (a: number | bigint, b: number | bigint) => boolean) =>
  (a: Scalar, b: Scalar): PlainScalar => {
    same(name, a, b);
    return plain(f(numberOf(a), numberOf(b)) ? 1 : 0, "bool");
  };

const logical =
  (f: (a: boolean, b: boolean) => boolean) =>
  (a: Scalar, b: Scalar): PlainScalar =>
    plain(f(holds(a), holds(b)) ? 1 : 0, "bool");

/** Kummer's series, and Laplace's continued fraction of what is left to 1. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 2.5) {
    let fraction = size;
    for (let n = 80; n >= 1; n--) fraction = size + n / 2 / fraction;
    return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction));
  }
  let series = 1;
  for (let n = 60; n >= 1; n--) series = 1 + (2 * x * x * series) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x) * series;
}

/** Towards zero and held at the ends; 0 of NaN. */
function toInteger(v: number | bigint): bigint {
  if (typeof v === "bigint") return v;
  if (Number.isNaN(v)) return 0n;
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  return v <= Number(least) ? least : v >= Number(most) ? most : BigInt(Math.trunc(v));
}

const either = <T>(first: boolean, a: T, b: T): T => (first ? a : b);

export const plainMath: ScalarMath = {
  constant: plain,
  add: arithmetic(
    "add",
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  sub: arithmetic(
    "sub",
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  mul: arithmetic(
    "mul",
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  div: arithmetic(
    "div",
    (a, b) => a / b,
    (a, b) => a / b,
  ),
  min: arithmetic("min", Math.min, (a, b) => either(a < b, a, b)),
  max: arithmetic("max", Math.max, (a, b) => either(a > b, a, b)),
  neg: ofOne("neg", (x) => -x),
  abs: ofOne("abs", Math.abs),
  sign: ofOne("sign", Math.sign),
  sqrt: ofOne("sqrt", Math.sqrt),
  floor: ofOne("floor", Math.floor),
  exp: ofOne("exp", Math.exp),
  log: ofOne("log", Math.log),
  sin: ofOne("sin", Math.sin),
  cos: ofOne("cos", Math.cos),
  atan: ofOne("atan", Math.atan),
  tanh: ofOne("tanh", Math.tanh),
  sigmoid: ofOne("sigmoid", (x) => 1 / (1 + Math.exp(-x))),
  erf: ofOne("erf", erf),
  less: comparison("less", (a, b) => a < b),
  lessEqual: comparison("lessEqual", (a, b) => a <= b),
  equal: comparison("equal", (a, b) => a === b),
  and: logical((a, b) => a && b),
  or: logical((a, b) => a || b),
  not: (x) => plain(holds(x) ? 0 : 1, "bool"),
  select(condition, a, b) {
    same("select", a, b);
    return holds(condition) ? a : b;
  },
  cast: (x, dtype) => plain(dtype === "int64" ? toInteger(numberOf(x)) : numberOf(x), dtype),
};

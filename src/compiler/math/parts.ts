/**
 * What elementary functions are made of: constants like a value, polynomials, limits, signs. The coefficients of their
 * polynomials are what test/golden/minimax.py prints.
 */

import type { Assembler, Value } from "../machine.js";

/** Kinds that have elementary functions. */
export type FloatKind = "f32" | "f64";

/** One record for each width: a function is the same for both, by other numbers. */
export type PerWidth<T> = Readonly<Record<FloatKind, T>>;

/** What of a record is meant for a value. */
export const forWidth = <T>(record: PerWidth<T>, x: Value): T => record[x.kind as FloatKind];

/** How floats are made of bits. */
interface Width {
  readonly integer: "i32" | "i64";
  /** Bits after the leading one of a number. */
  readonly fraction: number;
  /** Added to an exponent where it is stored. */
  readonly bias: number;
  readonly signBit: number | bigint;
  /**
   * 1.5 · 2^`fraction`: what is added to it is rounded to a whole number, to even from halfway, and stands in the lowest
   * bits.
   */
  readonly rounder: number;
}

export const WIDTHS: PerWidth<Width> = {
  f32: { integer: "i32", fraction: 23, bias: 127, signBit: -(2 ** 31), rounder: 1.5 * 2 ** 23 },
  f64: { integer: "i64", fraction: 52, bias: 1023, signBit: -(2n ** 63n), rounder: 1.5 * 2 ** 52 },
};

/** A constant of the kind and lanes of a value. */
export const like = (to: Assembler, x: Value, value: number): Value =>
  to.constant(x.kind, x.lanes, x.kind === "i64" ? BigInt(value) : value);

/** A constant of whole numbers as wide as a float, for its bits. */
export const bitsLike = (to: Assembler, x: Value, value: number | bigint): Value => {
  const { integer } = forWidth(WIDTHS, x);
  return to.constant(integer, x.lanes, integer === "i64" ? BigInt(value) : value);
};

/** The bits of a float, as whole numbers. */
export const toBits = (to: Assembler, x: Value): Value => to.bits(x, forWidth(WIDTHS, x).integer);

/** Longer polynomials are split, so that no result waits for so many others. */
const LONGEST = 8;

/**
 * `Σ cₖ xᵏ`, lowest coefficient first, by Horner's rule; long ones as even and odd powers apart, each by this rule in x²
 * (Estrin 1960).
 */
export function polynomial(to: Assembler, coefficients: readonly number[], x: Value): Value {
  if (coefficients.length > LONGEST) {
    const square = to.binary("mul", x, x);
    const [even, odd] = [0, 1].map((parity) =>
      polynomial(
        to,
        coefficients.filter((_, k) => k % 2 === parity),
        square,
      ),
    );
    return to.multiplyAdd(odd!, x, even!);
  }
  let sum = like(to, x, coefficients.at(-1)!);
  for (let k = coefficients.length - 2; k >= 0; k--) sum = to.multiplyAdd(sum, x, like(to, x, coefficients[k]!));
  return sum;
}

/** `x`, but not below a limit; NaN stays. Of a number that is known, and so not NaN, machines have it as one instruction. */
export const notBelow = (to: Assembler, x: Value, limit: number): Value => to.binary("max", like(to, x, limit), x);

/** `x`, but not above a limit; NaN stays. */
export const notAbove = (to: Assembler, x: Value, limit: number): Value => to.binary("min", like(to, x, limit), x);

/** A number that is not negative, with the sign of another, zeros included. */
export function withSignOf(to: Assembler, size: Value, x: Value): Value {
  const sign = to.binary("and", toBits(to, x), bitsLike(to, x, forWidth(WIDTHS, x).signBit));
  return to.bits(to.binary("or", toBits(to, size), sign), x.kind as FloatKind);
}

/** 2 to a whole number, which stands with the bias added in the lowest bits, as a float of the kind of another. */
export const powerOfTwo = (to: Assembler, biased: Value, other: Value): Value =>
  to.bits(to.shift("shiftLeft", biased, forWidth(WIDTHS, other).fraction), other.kind as FloatKind);

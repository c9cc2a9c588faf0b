/** Sine and cosine. */

import type { Assembler, Value } from "../machine.js";
import {
  bitsLike,
  type FloatKind,
  forWidth,
  like,
  notAbove,
  notBelow,
  type PerWidth,
  polynomial,
  toBits,
  WIDTHS,
} from "./parts.js";

/** A number in parts: the coarse ones times any quadrant are exact, and so are those between; the last one is rounded. */
interface Parts {
  readonly coarse: readonly number[];
  readonly between: readonly [number, number];
  readonly last: number;
}

/**
 * π/2 in parts of 8 bits and of 32, for quadrants below 2¹⁶ and 2²⁰: |x| to 10⁵ in float32 and 1.6 · 10⁶ in float64 (Cody
 * & Waite 1980). Taking the coarse ones from |x| rounds nothing.
 */
const QUARTER: PerWidth<Parts> = {
  f32: {
    coarse: [1.5703125, 0.000457763671875, 2.5987625122070312e-5],
    between: [7.543712854385376e-8, 6.002665031701326e-11],
    last: 7.443547731314504e-13,
  },
  f64: {
    coarse: [1.5707963267341256],
    between: [6.077100506303966e-11, 2.0222662487111665e-21],
    last: 8.4784276603689e-32,
  },
};

/** `(sin r − r) / r³` in powers of r² on |r| ≤ `LIMIT`, by Remez' exchange for the relative error of the sine. */
const SINE: PerWidth<readonly number[]> = {
  f32: [-0.1666666716337204, 0.008333329111337662, -0.00019839151354972273, 2.7166042855242267e-6],
  f64: [
    -0.1666666666666662, 0.008333333333319651, -0.00019841269827578165, 2.755731291308728e-6, -2.505063551823929e-8,
    1.5889660772918918e-10,
  ],
};

/** `(cos r − 1 + r²/2) / r⁴` in powers of r² on |r| ≤ `LIMIT`, likewise. */
const COSINE: PerWidth<readonly number[]> = {
  f32: [0.04166664183139801, -0.0013887184904888272, 2.441813012410421e-5],
  f64: [
    0.041666666666666574, -0.0013888888888869534, 2.4801587286634995e-5, -2.7557313535243565e-7, 2.0875612924197795e-9,
    -1.1353970845793686e-11,
  ],
};

/** How far a rest reaches: π/4, and what it comes out larger where the quadrant has been rounded in float32. */
const LIMIT = 0.8;

/**
 * Sine. Exact to about an ulp where `QUARTER` reaches; beyond, the phase is lost by and by, and what comes out is still
 * from −1 to 1. The sign of zero stays, infinities and NaN give NaN.
 */
export function sin(to: Assembler, x: Value): Value {
  const { quadrant, size } = fromQuadrant(to, x, 0);
  return turned(to, size, to.binary("xor", toBits(to, x), quadrant));
}

/** Cosine: the sine, a quadrant further. */
export function cos(to: Assembler, x: Value): Value {
  const { quadrant, size } = fromQuadrant(to, x, 1);
  return turned(to, size, quadrant);
}

/** The sign turned where the highest bit of another is set. */
function turned(to: Assembler, size: Value, other: Value): Value {
  const sign = to.binary("and", other, bitsLike(to, size, forWidth(WIDTHS, size).signBit));
  return to.bits(to.binary("xor", toBits(to, size), sign), size.kind as FloatKind);
}

/**
 * `|x|` as quadrants of π/2 and a rest: of the quadrant, `ahead` further, the bit that turns the sign (uppermost, others
 * beside it), and the sine of the rest or, in odd quadrants, its cosine.
 */
function fromQuadrant(to: Assembler, x: Value, ahead: 0 | 1): { readonly quadrant: Value; readonly size: Value } {
  const size = to.unary("abs", x);
  const rounder = like(to, x, forWidth(WIDTHS, x).rounder);
  const shifted = to.multiplyAdd(size, like(to, x, 2 / Math.PI), rounder);
  const n = to.binary("sub", shifted, rounder);
  // Only where the phase is lost it is not within already.
  const rest = notAbove(to, notBelow(to, takeQuarters(to, size, n), -LIMIT), LIMIT);
  let whole = toBits(to, shifted);
  if (ahead) whole = to.binary("add", whole, bitsLike(to, x, 1));
  const one = bitsLike(to, x, 1);
  const odd = to.binary("equal", to.binary("and", whole, one), one);
  const square = to.binary("mul", rest, rest);
  return {
    quadrant: to.shift("shiftLeft", whole, forWidth(WIDTHS, x).integer === "i32" ? 30 : 62),
    size: to.select(odd, ofEven(to, square), ofOdd(to, rest, square)),
  };
}

/** `size − n π/2`, rounded but once; what roundings leave on the way is brought to the end. */
function takeQuarters(to: Assembler, size: Value, n: Value): Value {
  const { coarse, between, last } = forWidth(QUARTER, size);
  const times = (part: number, plus: Value): Value => to.multiplyAdd(n, like(to, size, part), plus);
  const left = coarse.reduce((from, part) => times(-part, from), size);
  const first = to.binary("mul", n, like(to, size, between[0]));
  const taken = times(between[1], first);
  const above = times(-between[1], to.binary("sub", taken, first));
  const near = to.binary("sub", left, taken);
  const lost = to.binary("sub", to.binary("sub", left, near), taken);
  return to.binary("add", near, times(-last, to.binary("add", lost, above)));
}

/** `cos r = 1 − r²/2 + r⁴ C(r²)`. */
const ofEven = (to: Assembler, square: Value): Value => polynomial(to, [1, -0.5, ...forWidth(COSINE, square)], square);

/** `sin r = r + r³ S(r²)`. */
function ofOdd(to: Assembler, rest: Value, square: Value): Value {
  return to.multiplyAdd(to.binary("mul", rest, square), polynomial(to, forWidth(SINE, rest), square), rest);
}

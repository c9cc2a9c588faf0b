/** The natural logarithm. */

import type { Assembler, Value } from "../machine.js";
import { LOG_2 } from "./exponent.js";
import { bitsLike, type FloatKind, forWidth, like, type PerWidth, polynomial, toBits, WIDTHS } from "./parts.js";

interface Numbers {
  /** The least normal number, and a power of two that brings what lies below it above. */
  readonly normal: number;
  readonly lift: number;
  /** The bits of √½ and of 1, and those of a number's fraction. */
  readonly rootHalf: bigint;
  readonly one: bigint;
}

const NUMBERS: PerWidth<Numbers> = {
  f32: {
    normal: 2 ** -126,
    lift: 24,
    rootHalf: 0x3f3504f3n,
    one: 0x3f800000n,
  },
  f64: {
    normal: 2 ** -1022,
    lift: 53,
    rootHalf: 0x3fe6a09e667f3bcdn,
    one: 0x3ff0000000000000n,
  },
};

/** `(log(1 + f) − f + f²/2) / f³` on [√½ − 1, √2 − 1], by Remez' exchange for the relative error of the logarithm. */
const DIRECT = [
  0.3333333134651184, -0.250008225440979, 0.20001231133937836, -0.16623251140117645, 0.1420157253742218,
  -0.13161103427410126, 0.12763449549674988, -0.07634349912405014,
];

/** `(2 artanh s − 2s) / s³` in powers of s² on |s| ≤ (√2 − 1)/(√2 + 1), by Remez' exchange. */
const HALVED = [
  0.6666666666666735, 0.3999999999941107, 0.28571428743268357, 0.22222198475410393, 0.1818356976969003,
  0.15313902481721775, 0.14797515368174383,
];

/**
 * `log x = k log 2 + log(1 + f)` with 1 + f from √½ to √2. −Infinity of zeros, NaN of negative numbers and NaN; numbers
 * below the least normal one are lifted first.
 */
export function log(to: Assembler, x: Value): Value {
  const { k, f } = split(to, x);
  const y = x.kind === "f32" ? ofFloat(to, k, f) : ofDouble(to, k, f);
  const finite = to.select(to.binary("less", x, like(to, x, Number.POSITIVE_INFINITY)), y, x);
  const zero = like(to, x, 0);
  const [lowest, none] = [like(to, x, Number.NEGATIVE_INFINITY), like(to, x, Number.NaN)];
  const rest = to.select(to.binary("equal", x, zero), lowest, none);
  return to.select(to.binary("less", zero, x), finite, rest);
}

/** The exponent k, as a float, and f. */
function split(to: Assembler, x: Value): { readonly k: Value; readonly f: Value } {
  const { normal, lift, rootHalf, one } = forWidth(NUMBERS, x);
  const { fraction, bias } = forWidth(WIDTHS, x);
  const tiny = to.binary("less", x, like(to, x, normal));
  const lifted = to.select(tiny, to.binary("mul", x, like(to, x, 2 ** lift)), x);
  // Counted from √½ on, so that the exponent is the one of the nearest power of two.
  const counted = to.binary("add", toBits(to, lifted), bitsLike(to, x, one - rootHalf));
  const exponent = to.shift("shiftRightZero", counted, fraction);
  // Beside 2^fraction a whole number stands in the lowest bits of a float.
  const shifted = to.binary("or", exponent, bitsLike(to, x, BigInt(bias + fraction) << BigInt(fraction)));
  const from = 2 ** fraction + bias;
  const origin = to.select(tiny, like(to, x, from + lift), like(to, x, from));
  const kept = to.binary("and", counted, bitsLike(to, x, (1n << BigInt(fraction)) - 1n));
  const mantissa = to.bits(to.binary("add", kept, bitsLike(to, x, rootHalf)), x.kind as FloatKind);
  return {
    k: to.binary("sub", to.bits(shifted, x.kind as FloatKind), origin),
    f: to.binary("sub", mantissa, like(to, x, 1)),
  };
}

/** `f − f²/2 + f³ P(f) + k log 2`, small terms first. */
function ofFloat(to: Assembler, k: Value, f: Value): Value {
  const { high, low } = forWidth(LOG_2, f);
  const square = to.binary("mul", f, f);
  const cubic = to.binary("mul", to.binary("mul", square, f), polynomial(to, DIRECT, f));
  const small = to.multiplyAdd(k, like(to, f, low), cubic);
  const bent = to.multiplyAdd(square, like(to, f, -0.5), small);
  return to.multiplyAdd(k, like(to, f, high), to.binary("add", f, bent));
}

/**
 * With `s = f / (2 + f)`, so that `log(1 + f) = 2 artanh s = f − (f²/2 − s (f²/2 + s² P(s²)))`: short polynomials for one
 * division (the form of fdlibm, Sun Microsystems 1993).
 */
function ofDouble(to: Assembler, k: Value, f: Value): Value {
  const { high, low } = forWidth(LOG_2, f);
  const s = to.binary("div", f, to.binary("add", f, like(to, f, 2)));
  const z = to.binary("mul", s, s);
  const half = to.binary("mul", f, to.binary("mul", f, like(to, f, 0.5)));
  const sum = to.multiplyAdd(z, polynomial(to, HALVED, z), half);
  const small = to.multiplyAdd(s, sum, to.binary("mul", k, like(to, f, low)));
  const bent = to.binary("sub", to.binary("sub", half, small), f);
  return to.binary("sub", to.binary("mul", k, like(to, f, high)), bent);
}

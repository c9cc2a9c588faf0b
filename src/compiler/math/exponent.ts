/** The reduction that exponentials share: a multiple of log 2 taken out, the rest near 0. */

import type { Assembler, Value } from "../machine.js";
import { forWidth, like, type PerWidth, polynomial, toBits, WIDTHS } from "./parts.js";

/** log 2 in two parts, of which the first times any exponent is exact (Cody & Waite 1980). */
export const LOG_2: PerWidth<{ readonly high: number; readonly low: number }> = {
  f32: { high: 0.693145751953125, low: 1.4286068203094173e-6 },
  f64: { high: 0.693147180559663, low: 2.8235290563031577e-13 },
};

/**
 * `(eʸ − 1 − y) / y²` on |y| ≤ log 2 / 2, lowest coefficient first: the minimax polynomials for the relative error of eʸ
 * by Remez' exchange, rounded (2^−27.7 and 2^−56.5).
 */
export const EXPONENTIAL: PerWidth<readonly number[]> = {
  f32: [0.4999999403953552, 0.1666651964187622, 0.04166839271783829, 0.008368780836462975, 0.0013814475387334824],
  f64: [
    0.5000000000000011, 0.1666666666666641, 0.04166666666652917, 0.008333333333495483, 0.001388888894392793,
    0.00019841269505027436, 2.480149275734197e-5, 2.7557587136672582e-6, 2.7630380531851376e-7, 2.5000023569522553e-8,
  ],
};

export interface Reduced {
  /** The whole number nearest to `factor · x / log 2`, in the lowest bits, with `offset` added. */
  readonly whole: Value;
  /** `x − whole · log 2 / factor`: what is left. */
  readonly rest: Value;
}

/** `x` as a multiple of `log 2 / factor` and a rest. The factor is 1, −1 or 2. Rounded by an addition, without a branch. */
export function reduce(to: Assembler, x: Value, factor: number, offset: number): Reduced {
  const { high, low } = forWidth(LOG_2, x);
  const rounder = like(to, x, forWidth(WIDTHS, x).rounder + offset);
  const shifted = to.multiplyAdd(x, like(to, x, factor * Math.LOG2E), rounder);
  const n = to.binary("sub", shifted, rounder);
  const near = to.multiplyAdd(n, like(to, x, -high / factor), x);
  return { whole: toBits(to, shifted), rest: to.multiplyAdd(n, like(to, x, -low / factor), near) };
}

/** `factor · e^(sign · y)` for what `reduce` leaves. The last two powers by themselves, so that 1 is added last. */
export function ofRest(to: Assembler, y: Value, sign: 1 | -1, factor: 1 | 2): Value {
  const bend = forWidth(EXPONENTIAL, y).map((c, k) => factor * c * sign ** k);
  const slope = to.multiplyAdd(polynomial(to, bend, y), y, like(to, y, sign * factor));
  return to.multiplyAdd(slope, y, like(to, y, factor));
}

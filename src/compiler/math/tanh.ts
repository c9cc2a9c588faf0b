/** The hyperbolic tangent. */

import type { Assembler, Value } from "../machine.js";
import { reduce } from "./exponent.js";
import { forWidth, like, notAbove, type PerWidth, polynomial, powerOfTwo, WIDTHS, withSignOf } from "./parts.js";

/**
 * `(e^2h − 1 − 2h) / h²` on |h| ≤ log 2 / 4, lowest coefficient first: the minimax polynomials for the relative error of
 * `e^2h − 1` by Remez' exchange, rounded (2^−25.8 and 2^−59.7).
 */
const GROWTH: PerWidth<readonly number[]> = {
  f32: [1.9999998807907104, 1.3333234786987305, 0.6666752099990845, 0.26773059368133545, 0.08884809166193008],
  f64: [
    2, 1.3333333333333341, 0.6666666666666641, 0.26666666666629146, 0.08888888888936262, 0.025396825454343214,
    0.006349206315986719, 0.00141093089822721, 0.0002821878062342714, 5.14233977130361e-5, 8.550533845305384e-6,
  ],
};

/** From here on the result rounds to 1. */
const SATURATED = { f32: 10, f64: 20 } as const;

/**
 * `tanh |x| = m / (m + 2)` with `m = e^2|x| − 1 = 2ⁿ (e^2h − 1) + (2ⁿ − 1)`, in which nothing cancels; then the sign, also
 * of zero. NaN stays.
 */
export function tanh(to: Assembler, x: Value): Value {
  const size = notAbove(to, to.unary("abs", x), forWidth(SATURATED, x));
  const { whole, rest: h } = reduce(to, size, 2, forWidth(WIDTHS, x).bias);
  const growth = to.multiplyAdd(to.binary("mul", h, h), polynomial(to, forWidth(GROWTH, x), h), to.binary("add", h, h));
  const scale = powerOfTwo(to, whole, x);
  const m = to.multiplyAdd(growth, scale, to.binary("sub", scale, like(to, x, 1)));
  return withSignOf(to, to.binary("div", m, to.binary("add", m, like(to, x, 2))), x);
}

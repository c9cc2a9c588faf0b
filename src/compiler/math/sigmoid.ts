/** The logistic function. */

import type { Assembler, Value } from "../machine.js";
import { ofRest, reduce } from "./exponent.js";
import { type FloatKind, forWidth, like, notAbove, notBelow, powerOfTwo, WIDTHS } from "./parts.js";

/**
 * Below the first the power of two is infinite and the result 0; above the second the result is 1 long since, and the
 * power of two still a number.
 */
const RANGE = { f32: [-89.4, 87], f64: [-710.4, 708] } as const;

/**
 * `1 / (1 + e^−x)`, one division. `e^−x = 2ⁿ⁻¹ · 2 eʳ`: as one factor, which is all that this needs, since n from the
 * largest downwards matters and small exponentials vanish beside 1. 0 where `e^−x` overflows. NaN stays.
 */
export function sigmoid(to: Assembler, x: Value): Value {
  const [least, most] = RANGE[x.kind as FloatKind];
  const { whole, rest } = reduce(to, notAbove(to, notBelow(to, x, least), most), -1, forWidth(WIDTHS, x).bias - 1);
  // The rest is −r.
  const exponential = to.binary("mul", ofRest(to, rest, -1, 2), powerOfTwo(to, whole, x));
  const one = like(to, x, 1);
  return to.binary("div", one, to.binary("add", one, exponential));
}

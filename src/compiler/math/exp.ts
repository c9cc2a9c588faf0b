/** The exponential function. */

import type { Assembler, Value } from "../machine.js";
import { ofRest, reduce } from "./exponent.js";
import { type FloatKind, forWidth, notAbove, notBelow, powerOfTwo, WIDTHS } from "./parts.js";

/** Below the first eˣ rounds to 0, above the second to infinity. */
const RANGE = { f32: [-104, 89], f64: [-746, 710] } as const;

/**
 * `eˣ = 2ⁿ eʳ` with |r| ≤ log 2 / 2. 2ⁿ is two factors, so that results below the least normal number come out gradually
 * and those that are too large are infinite. NaN stays.
 */
export function exp(to: Assembler, x: Value): Value {
  const [least, most] = RANGE[x.kind as FloatKind];
  const { whole, rest } = reduce(to, notAbove(to, notBelow(to, x, least), most), 1, 2 * forWidth(WIDTHS, x).bias);
  const mantissa = ofRest(to, rest, 1, 1);
  const half = to.shift("shiftRightZero", whole, 1);
  const scaled = to.binary("mul", mantissa, powerOfTwo(to, half, x));
  return to.binary("mul", scaled, powerOfTwo(to, to.binary("sub", whole, half), x));
}

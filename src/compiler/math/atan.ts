/** The arctangent. */

import type { Assembler, Value } from "../machine.js";
import { forWidth, like, type PerWidth, polynomial, withSignOf } from "./parts.js";

/** `(atan t − t) / t³` in powers of t² on |t| ≤ √2 − 1, by Remez' exchange for the relative error of the arctangent. */
const NEAR: PerWidth<readonly number[]> = {
  f32: [-0.33333316445350647, 0.199984610080719, -0.14243310689926147, 0.10592076182365417, -0.06073605641722679],
  f64: [
    -0.3333333333333319, 0.1999999999995239, -0.14285714280075498, 0.11111110777410386, -0.09090897583978119,
    0.07692057127349682, -0.06663068965899065, 0.058476339339174996, -0.05038152874915766, 0.0380352525884531,
    -0.017875054425334973,
  ],
};

/**
 * `atan |x|` from `t = |x|`, `(|x| − 1) / (|x| + 1)` or `−1 / |x|`, which are all within tan π/8, with 0, π/4 or π/2 added;
 * one division for all three. Then the sign, also of zero. NaN stays.
 */
export function atan(to: Assembler, x: Value): Value {
  const size = to.unary("abs", x);
  const one = like(to, x, 1);
  const middle = to.binary("less", like(to, x, Math.SQRT2 - 1), size);
  const far = to.binary("less", like(to, x, Math.SQRT2 + 1), size);
  const pick = (a: Value, b: Value, c: Value): Value => to.select(far, c, to.select(middle, b, a));
  const above = pick(size, to.binary("sub", size, one), like(to, x, -1));
  const below = pick(one, to.binary("add", size, one), size);
  const t = to.binary("div", above, below);
  const square = to.binary("mul", t, t);
  const near = to.multiplyAdd(to.binary("mul", t, square), polynomial(to, forWidth(NEAR, x), square), t);
  const origin = pick(like(to, x, 0), like(to, x, Math.PI / 4), like(to, x, Math.PI / 2));
  return withSignOf(to, to.binary("add", origin, near), x);
}

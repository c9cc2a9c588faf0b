/** The error function. */

import type { Assembler, Value } from "../machine.js";
import { EXPONENTIAL, reduce } from "./exponent.js";
import { forWidth, like, notAbove, type PerWidth, polynomial, powerOfTwo, WIDTHS, withSignOf } from "./parts.js";

/**
 * `−log(1 − erf a) / a − 1` from 0 to where erf rounds to 1, lowest coefficient first: the minimax polynomials for the
 * relative error of erf by Remez' exchange.
 */
const EXPONENT: PerWidth<readonly number[]> = {
  f32: [
    0.12837916612625122, 0.6366193890571594, 0.10277783125638962, -0.019153065979480743, -0.00016039000183809549,
    0.0016670182812958956, -0.0006328302551992238, 0.00011763902875827625, -9.255976692656986e-6,
  ],
  f64: [
    0.12837916709551256, 0.6366197723675909, 0.10277260330131532, -0.01912844699308929, -0.00020919485401129585,
    0.0016962076706436525, -0.0005901324344193603, 2.5904515639189212e-5, 6.442042976184789e-5, -2.9575583932720357e-5,
    3.1695449662428445e-6, 3.133111930595394e-6, -2.037327617761865e-6, 5.707347514038769e-7, -1.1767825583775814e-8,
    -6.57060029435345e-8, 3.4574793319320384e-8, -1.0770468842512208e-8, 2.359875372332173e-9, -3.7596363623923564e-10,
    4.300463499045799e-11, -3.3632289098866826e-12, 1.6142864414522593e-13, -3.590782898834355e-15,
  ],
};

/** From here on the result rounds to 1. */
const SATURATED = { f32: 3.95, f64: 5.95 } as const;

/**
 * `erf |x| = 1 − e^−q` with a polynomial `q = |x| (1 + Q(|x|))`: the logarithm of 1 − erf bends so little that one
 * does from 0 to the end. `1 − e^−q = 2ⁿ (1 − e^−r) + (1 − 2ⁿ)`, in which nothing cancels. Then the sign, also of zero.
 * NaN stays.
 */
export function erf(to: Assembler, x: Value): Value {
  const size = notAbove(to, to.unary("abs", x), forWidth(SATURATED, x));
  const q = to.multiplyAdd(size, polynomial(to, forWidth(EXPONENT, x), size), size);
  const { whole, rest } = reduce(to, q, -1, forWidth(WIDTHS, x).bias);
  const bend = forWidth(EXPONENTIAL, x).map((c, k) => (k % 2 === 0 ? -c : c));
  const fall = to.multiplyAdd(to.binary("mul", rest, rest), polynomial(to, bend, rest), rest);
  const scale = powerOfTwo(to, whole, x);
  return withSignOf(to, to.multiplyAdd(fall, scale, to.binary("sub", like(to, x, 1), scale)), x);
}

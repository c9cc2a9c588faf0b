/** The sign of a number. */

import type { Assembler, Value } from "../machine.js";
import { like } from "./parts.js";

/** −1 or 1; zeros and NaN as they are. */
export function sign(to: Assembler, x: Value): Value {
  const zero = like(to, x, 0);
  const notPositive = to.select(to.binary("less", x, zero), like(to, x, -1), x);
  return to.select(to.binary("less", zero, x), like(to, x, 1), notPositive);
}

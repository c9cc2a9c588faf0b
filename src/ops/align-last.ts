/** Sums that do not depend on where a row stands. */

import type { Emitter, Expr } from "../ir/expr.js";

/**
 * The engine adds up contiguous numbers from the first address that 16 bytes divide, so that the order of a sum would
 * depend on where it begins. Zeros at the end of the last axis let every sum begin at such an address.
 */
export function alignLast(to: Emitter, x: string, { shape, dtype }: Expr, axes: readonly number[]): string {
  const lanes = dtype === "float32" ? 4 : dtype === "float64" ? 2 : 1;
  const last = shape.length - 1;
  let width = 1;
  for (let i = last; axes.includes(i); i--) width *= shape[i]!;
  const missing = (lanes - (shape[last]! % lanes)) % lanes;
  if (width < lanes || missing === 0) return x;
  return to.node("Pad", [x, to.ints([...shape.map(() => 0), ...shape.map((_, i) => (i === last ? missing : 0))])]);
}

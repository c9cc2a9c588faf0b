/** Host tensors as plain numbers. */

import type { Tensor } from "../../src/util/tensor.js";

export const numbers = (t: Tensor): number[] => Array.from(t.data as ArrayLike<number | bigint>, Number);

/** `max |aᵢ − bᵢ| / max(1, |bᵢ|)`; NaN and a difference of shapes count as infinite. */
export function worstDifference(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY;
  const [x, y] = [numbers(a), numbers(b)];
  return x.reduce((worst, v, i) => {
    const off = Math.abs(v - y[i]!) / Math.max(1, Math.abs(y[i]!));
    return off <= worst ? worst : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }, 0);
}

/** Is a share the same in two samples? Exactly, at any size. */

import { InputError } from "../../util/errors.js";
import { logGamma } from "../../util/gamma-functions.js";

/** So many of so many. */
export interface Count {
  readonly count: number;
  readonly of: number;
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** `P(from ≤ H ≤ to)` for the number H of marked ones among `drawn` of `marked + unmarked`, hypergeometric. */
export function hypergeometric(
  { from, to }: { readonly from: number; readonly to: number },
  drawn: number,
  { marked, unmarked }: { readonly marked: number; readonly unmarked: number },
): number {
  let p = 0;
  const all = logChoose(marked + unmarked, drawn);
  for (let k = Math.max(from, drawn - unmarked, 0); k <= Math.min(to, drawn, marked); k++)
    p += Math.exp(logChoose(marked, k) + logChoose(unmarked, drawn - k) - all);
  return Math.min(1, p);
}

/**
 * Fisher's exact test of equal shares: given how many there are of both samples together, how many are of the first is
 * hypergeometric. Twice the smaller tail, so it is at most `α` with a chance of at most `α` when the shares are equal.
 * Source: Fisher (1935), The logic of inductive inference.
 * @throws InputError unless both are whole numbers, the count at most `of`.
 */
export function fisherExact(a: Count, b: Count): number {
  for (const { count, of } of [a, b])
    if (!Number.isSafeInteger(count) || !Number.isSafeInteger(of) || count < 0 || count > of)
      throw new InputError(`fisherExact: ${count} of ${of}; expected whole numbers, no more than there are`);
  const drawn = a.count + b.count;
  const sizes = { marked: a.of, unmarked: b.of };
  const below = hypergeometric({ from: 0, to: a.count }, drawn, sizes);
  const above = hypergeometric({ from: a.count, to: drawn }, drawn, sizes);
  return Math.min(1, 2 * Math.min(below, above));
}

/** Weighted points and unweighted ones. */

import type { Expr } from "../../ir/expr.js";
import { div, exp, floor, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { max, minimum } from "../../ops/extrema.js";
import { cumsum, full, scatterAdd } from "../../ops/indexing.js";
import { cast } from "../../ops/leaf.js";
import { finite, where } from "../../ops/logic.js";
import { slice, sum } from "../../ops/shape.js";

/** Weights `(n)` relative to the largest, in float64; all 1 where none is above zero. A weight of NaN is zero. */
function relativeWeights(logWeights: Expr): Expr {
  const logs = where(finite(logWeights), cast(logWeights, "float64"), Number.NEGATIVE_INFINITY);
  const top = max(logs);
  return where(finite(top), exp(sub(logs, top)), 1);
}

/** Kish's effective sample size `(Σw)²/Σw²`, of weights that are not all zero. */
export function effectiveSize(logWeights: Expr): Expr {
  const weights = relativeWeights(logWeights);
  return cast(div(square(sum(weights)), sum(square(weights))), logWeights.dtype);
}

/**
 * Systematic resampling: for `n` weights the indices `(n)`, int64 and ascending, of `n` points of equal weight. Point `i`
 * is taken `⌊n wᵢ⌋` or `⌈n wᵢ⌉` times, `n wᵢ` on average, so equal weights change nothing. Where no point has a weight
 * every one is taken once.
 * @param logWeights `(n)`, in any unit; −∞ and NaN are weights of zero.
 * @param uniform a scalar on (0, 1), for all points.
 * Source: Kitagawa (1996); Douc, Cappé & Moulines (2005).
 */
export function systematic(logWeights: Expr, uniform: Expr): Expr {
  const n = logWeights.shape[0]!;
  const running = cumsum(relativeWeights(logWeights));
  // How many of u, 1 + u, …, n − 1 + u lie below n times the share of the weights up to each point.
  const below = sub(mul(n, div(running, slice(running, 0, n - 1))), cast(uniform, "float64"));
  const taken = minimum(neg(floor(neg(below))), n);
  // Place j goes to the first point up to which more than j are taken: as many points come before as have at most j.
  const ones = full([n], 1, "float64");
  const finished = scatterAdd(ones, cast(taken, "int64"), 0, n + 1);
  return cast(slice(cumsum(finished), 0, 0, n), "int64");
}

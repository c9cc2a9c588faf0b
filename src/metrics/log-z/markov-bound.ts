/** What unbiased estimates of a positive number prove of it, whatever their law. */

import { normaliseLogWeights } from "./log-weights.js";

/**
 * A lower bound of `log Z` that holds with a chance of at least `1 − α`, from logarithms of K independent estimates of Z,
 * each positive and unbiased. By Markov's inequality one of them exceeds `eᵗ Z` with a chance of at most `e⁻ᵗ`, so at
 * least j of them with at most `(K choose j) e^{−jt}`. The j-th largest, less `t` at which that is `α/K`, is a bound for every
 * j, and so is the highest of these: few lucky estimates do not raise it, many alike make it sharp. Nothing is assumed of
 * the variance, which heavy weights do not have. `−∞` where nothing is proved.
 * Source: Gogate, Bidyuk & Dechter (2007), Studies in lower bounding probability of evidence using the Markov inequality.
 */
export function markovBound(logEstimates: ArrayLike<number>, alpha: number): number {
  const sorted = Float64Array.from(logEstimates).sort().reverse();
  const n = sorted.length;
  let bound = Number.NEGATIVE_INFINITY;
  let logChoose = 0;
  for (let j = 1; j <= n; j++) {
    logChoose += Math.log((n - j + 1) / j);
    bound = Math.max(bound, sorted[j - 1]! - (logChoose + Math.log(n / alpha)) / j);
  }
  return bound;
}

/** Parts at most: of so many alike, less than half a nat below them is proved. */
const PARTS = 32;

/**
 * Logarithms of the means of up to 32 parts of independent log-weights, in order: of independent and unbiased estimates
 * of what all together estimate.
 */
export function partsOf(logWeights: ArrayLike<number>): number[] {
  const all = Float64Array.from(logWeights);
  const count = Math.min(PARTS, all.length);
  const cut = (k: number): number => Math.floor((k * all.length) / count);
  return Array.from({ length: count }, (_, k) => {
    const part = all.subarray(cut(k), cut(k + 1));
    return normaliseLogWeights("markov-bound", part).logSum - Math.log(part.length);
  });
}

/** P-values of single points by exchangeability with held-out ones: valid whatever the model, good if it is good. */

import { InputError } from "../../util/errors.js";

/**
 * `p = (1 + #{calibration scores ≥ s})/(1 + n)` for each score: how often a point like the calibration points scores as
 * high. For a new point exchangeable with them `P(p ≤ α) ≤ α`, whatever the score; a good score makes p small for the
 * others. The least p there can be is `1/(1 + n)`.
 * A score of NaN is of a point that the score cannot place: it counts as higher than any, and has the least p.
 * @param calibration scores of points that the score was not fitted to.
 * @throws InputError for no calibration scores, or one that is NaN.
 * Source: Vovk, Gammerman & Shafer (2005); for outliers: Bates, Candès, Lei, Romano & Sesia (2023).
 */
export function conformalPValues(calibration: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  const n = calibration.length;
  if (n === 0) throw new InputError("conformal p-values: no calibration scores; give points that were held out");
  const sorted = Float64Array.from(calibration).sort();
  if (Number.isNaN(sorted[n - 1])) throw new InputError("conformal p-values: a calibration score is NaN");
  return Float64Array.from(scores, (s) => (1 + (Number.isNaN(s) ? 0 : n - firstAtLeast(sorted, s))) / (1 + n));
}

/** How many of an ascending array are below `x`. */
function firstAtLeast(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Which of many points to call outliers so that at most a share `rate` of the calls is false, on average: the largest k
 * with `p₍ₖ₎ ≤ rate · k/m`, and all points up to it.
 * @returns one flag a p-value; NaN is never flagged.
 * Source: Benjamini & Hochberg (1995).
 */
export function benjaminiHochberg(pValues: ArrayLike<number>, rate: number): boolean[] {
  if (!(rate > 0 && rate < 1)) throw new InputError(`benjaminiHochberg: rate is ${rate}; expected between 0 and 1`);
  const sorted = Float64Array.from(pValues)
    .filter((p) => !Number.isNaN(p))
    .sort();
  const m = sorted.length;
  let threshold = Number.NEGATIVE_INFINITY;
  sorted.forEach((p, i) => {
    if (p <= (rate * (i + 1)) / m) threshold = p;
  });
  return Array.from(pValues, (p) => p <= threshold);
}

/**
 * What {@link benjaminiHochberg} at a rate can call at all among `m` points whose p-values are of `n` held-out ones: none
 * is below `1/(n + 1)`, so `fewest` points are called together, or none; one alone can be from `needed` held-out ones on.
 */
export function callable(m: number, n: number, rate: number): { readonly fewest: number; readonly needed: number } {
  // A hair less, since the product of a rate that is no binary number may end above a whole number.
  const up = (x: number): number => Math.ceil(x * (1 - 1e-12));
  return { fewest: Math.max(1, up(m / (rate * (n + 1)))), needed: Math.max(1, up(m / rate) - 1) };
}

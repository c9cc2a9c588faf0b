/** How many rows are unlike the others, though it may not be told which. */

import { InputError } from "../../util/errors.js";
import { logGamma } from "../../util/gamma-functions.js";

export interface OutlierShare {
  /** Of all rows. */
  readonly estimate: number;
  /** The share is no less, 95 times in 100, whatever the outliers are like. */
  readonly atLeast: number;
  /** The share is no more, 95 times in 100, if no outlier is among the likelier half of the rows like the data. */
  readonly atMost: number;
}

/** Where it is looked: rows with larger p-values than these are compared with as many as there should be. */
const CUTS = [0.05, 0.2, 0.5] as const;
/** Where outliers are thought to have ended, for an estimate and for an upper end. */
const ENDED = 0.5;
const MISS = 0.05;

/**
 * `P(X ≤ count)` where X of m rows like n held-out ones have a p-value above `k/(n + 1)`: each has it with a chance that is
 * the same for all and, over held-out rows, a Beta(n + 1 − k, k) variable.
 */
function chanceUpTo(count: number, m: number, [k, N]: readonly [number, number]): number {
  if (count >= m) return 1;
  const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
  const [a, b] = [N - k, k];
  const logChoose = (x: number): number => -Math.log(m + 1) - logBeta(m - x + 1, x + 1);
  // From the count down: the terms fall on that side, or all are near 1 together.
  let term = Math.exp(logChoose(count) + logBeta(count + a, m - count + b) - logBeta(a, b));
  let sum = 0;
  for (let x = count; x >= 0; x--) {
    sum += term;
    term *= ((x / (m - x + 1)) * (m - x + b)) / (x - 1 + a);
  }
  return Math.min(1, sum);
}

/** The largest of 0 … m for which something holds that holds up to it; −1 for none. */
function lastOf(m: number, holds: (count: number) => boolean): number {
  let [low, high] = [-1, m];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The share of m rows that are outliers, from their conformal p-values by n held-out rows. Of `m₀` rows like the data a
 * number with `p > λ` is beta-binomial, exactly, as the rank of one among held-out rows is. The outliers may have `p > λ` as
 * well: so there are no more rows like the data than for which so few with `p > λ` would be seen once in 20, and the others
 * are outliers: the largest such share over three λ that divide the 5 %. If no outlier has `p > ½`, all of that half are
 * like the data, and there are no fewer than for which so many would be seen once in 20. The estimate is Storey's (2002)
 * at λ = ½, or an end where it is beyond.
 * @throws InputError for no p-values, or one that is NaN.
 */
export function outlierShare(pValues: ArrayLike<number>, calibration: number): OutlierShare {
  const p = Float64Array.from(pValues);
  const m = p.length;
  if (m === 0 || !(calibration >= 1) || p.some(Number.isNaN))
    throw new InputError("outlierShare: expected p-values, none of them NaN, and the number of held-out rows");
  const N = calibration + 1;
  const at = (cut: number) => {
    const k = Math.floor(cut * N * (1 + 1e-12));
    return { k, above: p.reduce((count, v) => count + (v > (k / N) * (1 + 1e-12) ? 1 : 0), 0) };
  };
  const fewest = CUTS.map((cut) => {
    const { k, above } = at(cut);
    return k === 0 ? m : lastOf(m, (own) => chanceUpTo(above, own, [k, N]) >= MISS / CUTS.length);
  });
  const atLeast = 1 - Math.min(...fewest) / m;
  const { k, above } = at(ENDED);
  if (k === 0) return { estimate: atLeast, atLeast, atMost: 1 };
  // Fewer than these have so many in the half too seldom.
  const tooFew = lastOf(m, (own) => own < above || 1 - chanceUpTo(above - 1, own, [k, N]) < MISS);
  const atMost = Math.max(atLeast, 1 - Math.min(m, tooFew + 1) / m);
  const estimate = 1 - above / m / (1 - k / N);
  return { estimate: Math.min(atMost, Math.max(atLeast, estimate)), atLeast, atMost };
}

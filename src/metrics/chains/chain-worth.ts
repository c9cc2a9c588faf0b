/** What the mean over several chains is worth: in independent draws, and how well that number is known. */

import { mean, rowMeans, variance } from "../../util/moments.js";
import type { Chains } from "./chains.js";
import { essMean } from "./effective-sample-size.js";

/** So many chains show their spread even when each is very short. */
const MANY = 32;

/** How many independent draws a mean is worth, and the degrees of freedom of that number. */
export interface ChainWorth {
  readonly size: number;
  readonly degrees: number;
}

/**
 * What the mean over chains is worth: the variance of one draw over that of the mean, which chains tell in two ways.
 * By their autocorrelation it is their effective sample size, with about `ESS/(κ + 3)` degrees of freedom, κ the kurtosis
 * of the draws. For an indicator of probability `p` that is `ESS p(1 − p)`: how long visits last is known as well as
 * visits are many, and of a rare mode few are seen. By how far the means of the `M` chains differ it has `M − 1`
 * degrees, however long chains remember; the ESS is blind to memory longer than half a chain, and too large for chains
 * of a dozen draws. Many chains are judged by the second alone, a few by both variances, pooled by their degrees.
 * One draw a chain, and that exactly, where neither can speak: fewer than 4 draws (10 in fewer than 32 chains), or
 * numbers that never varied, since nothing shows that a chain could have changed its mind.
 */
export function chainWorth(x: Chains & { readonly data: Float64Array }): ChainWorth {
  const [chains, draws] = x.shape;
  const ess = essMean(x);
  if (Number.isNaN(ess) || (draws < 10 && chains < MANY)) return { size: chains, degrees: Number.POSITIVE_INFINITY };
  const centre = mean(x.data);
  const square = mean(x.data.map((v) => (v - centre) ** 2));
  const between = chains > 1 ? variance(rowMeans(x.data, x.shape)) / chains : 0;
  if (chains >= MANY) {
    // Chains in step with one another may show no spread at all; they claim no more than an ESS may.
    const most = x.data.length * Math.log10(x.data.length);
    return { size: Math.min(square / between, most), degrees: chains - 1 };
  }
  const kurtosis = mean(x.data.map((v) => (v - centre) ** 4)) / square ** 2;
  const [known, others] = [ess / (kurtosis + 3), chains - 1];
  const pooled = ((known * square) / ess + others * between) / (known + others);
  return { size: square / pooled, degrees: Math.max(1, known + others) };
}

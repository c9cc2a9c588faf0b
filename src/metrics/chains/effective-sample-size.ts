/** How many independent draws the draws of several chains are worth. */

import { isConstant, quantile, rowMeans, variance } from "../../util/moments.js";
import { noOptions } from "../../util/options.js";
import { metric } from "../metric.js";
import { meanAutocovariance } from "./autocovariance.js";
import { type Chains, copyChains, isUsable, mapChains, splitChains } from "./chains.js";
import { rankNormalise } from "./ranks.js";

/**
 * `S/τ̂` of chains taken as they are, `τ̂ = −1 + 2 Σ_k P̂_k` over the pairs `P̂_k = ρ̂₂ₖ + ρ̂₂ₖ₊₁`,
 * `ρ̂_t = 1 − (W − γ̂_t)/v̂`, `v̂ = (n − 1)/n W + B/n`.
 * Pairs are summed while positive and held non-increasing: Geyer (1992). The even term of the first pair left out
 * counts once, which steadies antithetic chains; `τ̂ ≥ 1/log₁₀ S` bounds what they can claim.
 */
function essOf(chains: Chains & { readonly data: Float64Array }): number {
  const [m, n] = chains.shape;
  const gamma = meanAutocovariance(chains);
  const within = (gamma[0]! * n) / (n - 1);
  const pooled = gamma[0]! + variance(rowMeans(chains.data, chains.shape));
  const rho = (t: number): number => (t === 0 ? 1 : 1 - (within - gamma[t]!) / pooled);

  let tau = -1;
  let bound = Number.POSITIVE_INFINITY;
  let even = 1;
  let pair = 1 + rho(1);
  for (let k = 1; 2 * k - 1 < n - 3 && pair > 0; k++) {
    bound = Math.min(bound, pair);
    tau += 2 * bound;
    even = rho(2 * k);
    pair = even + rho(2 * k + 1);
  }
  if (even > 0 || pair >= 0) tau += even;
  const size = m * n;
  return size / Math.max(tau, 1 / Math.log10(size));
}

/**
 * Effective sample size for the mean, from split chains; the one that belongs in `sd/√ESS`.
 * NaN for fewer than 4 draws a chain, a number that is not finite, or a constant.
 */
export function essMean(chains: Chains): number {
  const x = copyChains(chains);
  return isUsable(x) ? essOf(splitChains(x)) : Number.NaN;
}

/** Effective sample size of the rank-normalised chains: how well the middle of the distribution is explored. NaN as in {@link essMean}. */
export function essBulk(chains: Chains): number {
  const x = copyChains(chains);
  return isUsable(x) ? essOf(rankNormalise(splitChains(x))) : Number.NaN;
}

/** Effective sample size for the probability of an event; NaN where it always or never happens, which says nothing. */
function essOfEvent(chains: Chains, happens: (v: number) => boolean): number {
  const indicator = splitChains(mapChains(chains, (v) => (happens(v) ? 1 : 0)));
  return isConstant(indicator.data) ? Number.NaN : essOf(indicator);
}

/**
 * Effective sample size for the probability of lying at or below the quantile of order `p`. NaN as in {@link essMean},
 * and where every draw lies there.
 */
export function essQuantile(chains: Chains, p: number): number {
  const x = copyChains(chains);
  if (!isUsable(x)) return Number.NaN;
  const q = quantile(x.data, p);
  return essOfEvent(x, (v) => v <= q);
}

/**
 * `min` over the indicators of the 5 % and the 95 % quantile: how well the tails are explored. Where every draw lies at
 * or below a quantile, as with 97 % ones, lying below it is asked for, so that draws of two values have the same whatever
 * they are called. ArviZ counts every draw of an indicator that never varies there, and posterior answers NA.
 * NaN as in {@link essMean}.
 */
export function essTail(chains: Chains): number {
  const x = copyChains(chains);
  if (!isUsable(x)) return Number.NaN;
  const sizes = [0.05, 0.95].map((p) => {
    const q = quantile(x.data, p);
    const below = essOfEvent(x, (v) => v <= q);
    return Number.isNaN(below) ? essOfEvent(x, (v) => v < q) : below;
  });
  const known = sizes.filter((size) => !Number.isNaN(size));
  return known.length > 0 ? Math.min(...known) : Number.NaN;
}

/**
 * Bulk, tail and mean effective sample size of several chains.
 * Ask for at least 100 a chain before trusting R-hat or an error made from it. Chains of 4 to 9 draws are too short
 * for any autocorrelation: their value is formal. A constant has none (NaN), where ArviZ answers with the number of draws.
 * Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021).
 */
export const effectiveSampleSize = metric({
  name: "effective-sample-size",
  about: "How many independent draws the chains are worth, for the bulk, the tails and the mean.",
  cite: "Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Rank-normalization, folding, and localization: an improved R-hat",
  of: "chains",
  options: noOptions,
  compute: (chains: Chains) => ({ bulk: essBulk(chains), tail: essTail(chains), mean: essMean(chains) }),
});

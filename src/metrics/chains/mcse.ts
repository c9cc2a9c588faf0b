/** What a chain average is, and how far it may be from the truth. */

import { z } from "zod";
import { mean, quantile, variance } from "../../util/moments.js";
import { betaQuantile } from "../intervals/beta-quantile.js";
import { bare, normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { type Chains, copyChains, isUsable, mapChains } from "./chains.js";
import { essMean, essQuantile } from "./effective-sample-size.js";

type Copy = Chains & { readonly data: Float64Array };

/** `sd/√ESS`. */
const errorOfMean = (x: Copy): number => Math.sqrt(variance(x.data) / essMean(x));

/** Delta method on the mean of squares `q = (x − x̄)²`: `√(var q/(4 q̄ ESS(q)))`: Kenney & Keeping (1951). */
function errorOfSd(x: Copy): number {
  const centre = mean(x.data);
  const q = mapChains(x, (v) => (v - centre) ** 2);
  const qMean = mean(q.data);
  const qVariance = mean(q.data.map((v) => v * v)) - qMean ** 2;
  return Math.sqrt(qVariance / essMean(q) / qMean / 4);
}

/** Half the distance of the order statistics at the ±1 standard deviation points of `Beta(p ESS + 1, (1 − p) ESS + 1)`. */
function errorOfQuantile(x: Copy, p: number): number {
  const ess = essQuantile(x, p);
  const sorted = x.data.slice().sort();
  const place = (q: number): number => betaQuantile(q, ess * p + 1, ess * (1 - p) + 1) * sorted.length - 1;
  const low = sorted[Math.floor(Math.max(place(0.1586553), 0))]!;
  const high = sorted[Math.ceil(Math.min(place(0.8413447), sorted.length - 1))]!;
  return (high - low) / 2;
}

/**
 * Mean, standard deviation or quantile over all draws with its Monte Carlo standard error.
 * It knows of no mode that no chain has seen: read it beside split R-hat. The error is `null` for fewer than 4 draws a
 * chain, a number that is not finite, or a constant.
 * Source: Vehtari et al. (2021).
 */
export const mcse = metric({
  name: "mcse",
  about: "A mean, standard deviation or quantile over the chains with its Monte Carlo standard error.",
  cite: "Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Rank-normalization, folding, and localization: an improved R-hat",
  of: "chains",
  options: z.object({
    quantity: z.enum(["mean", "sd", "quantile"]).default("mean").describe("what is estimated"),
    probability: z.number().gt(0).lt(1).default(0.5).describe("p, the order of the quantile"),
  }),
  compute(chains: Chains, { quantity, probability }): Estimate {
    const x = copyChains(chains);
    if (x.data.some(Number.isNaN)) return bare(Number.NaN);
    const usable = isUsable(x);
    switch (quantity) {
      case "mean":
        return normalEstimate(mean(x.data), usable ? errorOfMean(x) : Number.NaN);
      case "sd":
        return normalEstimate(Math.sqrt(variance(x.data)), usable ? errorOfSd(x) : Number.NaN);
      case "quantile":
        return normalEstimate(quantile(x.data, probability), usable ? errorOfQuantile(x, probability) : Number.NaN);
    }
  },
});

/** Whether several chains agree on one distribution. */

import { z } from "zod";
import { isConstant, mean, median, rowMeans, variance } from "../../util/moments.js";
import { metric } from "../metric.js";
import { type Chains, copyChains, isUsable, mapChains, splitChains } from "./chains.js";
import { rankNormalise } from "./ranks.js";

/** `√(((n − 1)/n W + B/n)/W)` of chains taken as they are; infinite for chains frozen at different values. */
function rhatOf({ shape, data }: Chains & { readonly data: Float64Array }): number {
  const draws = shape[1];
  const means = rowMeans(data, shape);
  const within = mean(means.map((m, c) => variance(data.subarray(c * draws, (c + 1) * draws), m)));
  return Math.sqrt(variance(means) / within + (draws - 1) / draws);
}

/**
 * Split R-hat: 1 for chains that agree, larger where they differ in place or in spread; ask for less than 1.01.
 * `rank` is the larger of the rank-normalised value (place) and that of `|x − median|` (spread); `plain` is the
 * classical split value, which heavy tails fool. One chain is compared with its own other half.
 * NaN for fewer than 4 draws a chain, a number that is not finite, or a constant.
 * Source: Vehtari et al. (2021); `plain`: Gelman et al. (2013).
 */
export const splitRhat = metric({
  name: "split-rhat",
  about: "Whether the chains agree: 1 when they do, above 1.01 when they do not.",
  cite: "Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Rank-normalization, folding, and localization: an improved R-hat",
  of: "chains",
  options: z.object({
    method: z
      .enum(["rank", "plain"])
      .default("rank")
      .describe("rank-normalised, the larger of bulk and folded; or the plain split value"),
  }),
  compute(chains: Chains, { method }): number {
    const x = copyChains(chains);
    if (!isUsable(x)) return Number.NaN;
    const split = splitChains(x);
    if (method === "plain") return rhatOf(split);
    const place = rhatOf(rankNormalise(split));
    const centre = median(split.data);
    const folded = mapChains(split, (v) => Math.abs(v - centre));
    // All at one distance from the median: no spread to disagree on.
    return isConstant(folded.data) ? place : Math.max(place, rhatOf(rankNormalise(folded)));
  },
});

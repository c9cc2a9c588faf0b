/** The shortest interval that holds a given share of the draws. */

import { z } from "zod";
import { isFiniteArray } from "../../util/moments.js";
import { type Chains, copyChains } from "../chains/chains.js";
import { metric } from "../metric.js";

/**
 * Highest-density interval of one mode: of the intervals `[x₍ᵢ₎, x₍ᵢ₊ₖ₎]` between sorted draws, `k = ⌊p S⌋`, the first of
 * the shortest.
 * The trap: of two modes far apart it spans the gap, or drops the lighter one. NaN at both ends for no draws, or a number
 * that is not finite. Source: Chen & Shao (1999).
 */
export const highestDensityInterval = metric({
  name: "highest-density-interval",
  about: "The shortest interval that holds a given share of the draws.",
  cite: "Chen & Shao (1999), Monte Carlo estimation of Bayesian credible and HPD intervals",
  of: "chains",
  options: z.object({
    probability: z.number().gt(0).lt(1).default(0.94).describe("p, the share of the draws inside"),
  }),
  compute(chains: Chains, { probability }): readonly [low: number, high: number] {
    const sorted = copyChains(chains).data.sort();
    if (sorted.length === 0 || !isFiniteArray(sorted)) return [Number.NaN, Number.NaN];
    const steps = Math.floor(probability * sorted.length);
    let best = 0;
    for (let i = 1; i + steps < sorted.length; i++)
      if (sorted[i + steps]! - sorted[i]! < sorted[best + steps]! - sorted[best]!) best = i;
    return [sorted[best]!, sorted[best + steps]!];
  },
});

import { z } from "zod";
import { categorical as choose } from "../random/choose.js";
import { firstProbabilities, indicatorCovariance, logOdds, logOneMore } from "./categorical-law.js";
import { family } from "./family.js";
import type { Vector } from "./rows.js";

const lastToo = (first: readonly number[], eta: Vector): number[] => [...first, Math.exp(-logOneMore(eta))];

/**
 * One of k categories, as the numbers 0 … k − 1: `T` has a 1 at the category, and none for the last;
 * `ηᵢ = log pᵢ/p_{k−1}`, `A = log(1 + Σ e^{ηᵢ})`. The likelihood is largest at the shares of the categories.
 */
export const categorical = family({
  name: "categorical",
  about: "One of several categories, by their probabilities.",
  options: z.object({ categories: z.number().int().min(2).default(3).describe("k, how many categories there are") }),
  build({ categories: k }) {
    const indices = Array.from({ length: k }, (_, i) => i);
    return {
      size: 1,
      parameters: indices.map((i) => `probability[${i}]`),
      statisticNames: indices.slice(1).map((i) => `x is ${i - 1}`),
      fewest: 1,
      refuseParameters(theta) {
        const p = Array.from(theta);
        const bad = p.findIndex((v) => !(v > 0));
        if (bad >= 0) return `probability[${bad}] is ${p[bad]}; expected a positive number`;
        const total = p.reduce((s, v) => s + v, 0);
        return Math.abs(total - 1) < 1e-9 ? null : `probabilities sum to ${total}; expected 1`;
      },
      refuseNatural: () => null,
      refusePoint: (x) =>
        Number.isInteger(x[0]!) && x[0]! >= 0 && x[0]! < k ? null : `expected a whole number from 0 to ${k - 1}`,
      natural: (theta) =>
        Array.from(theta)
          .slice(0, -1)
          .map((p) => Math.log(p / theta[k - 1]!)),
      usual: (eta) => lastToo(firstProbabilities(eta), eta),
      statistics: (x) => indices.slice(0, -1).map((i) => (x[0] === i ? 1 : 0)),
      logBase: () => 0,
      logPartition: logOneMore,
      mean: firstProbabilities,
      covariance: (eta) => indicatorCovariance(firstProbabilities(eta)),
      fromMean: logOdds,
      draw: (eta, key, n) => Float64Array.from(choose(key, lastToo(firstProbabilities(eta), eta), [n])),
    };
  },
});

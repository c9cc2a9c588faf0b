import { z } from "zod";
import { neg } from "../../ops/arithmetic.js";
import { zerosLike } from "../../ops/indexing.js";
import { concat, slice, sum } from "../../ops/shape.js";
import { logSumExp, mean } from "../../ops/special.js";
import { objective } from "../objective.js";
import { siteLogOdds } from "../parts/single-site.js";

/**
 * Pseudo-likelihood of binary or categorical points, `mean Σᵢ −log p(xᵢ | x₋ᵢ)`. Each conditional compares a point with
 * those that differ from it in one site, so that Z cancels and nothing is sampled. Its minimum is at the truth where the
 * data are of the model. The energy is evaluated at `1 + sites · (categories − 1)` points a row.
 */
export const pseudoLikelihood = objective({
  name: "pseudo-likelihood",
  about: "Likelihood of each site given the others, for binary and categorical points: no Z and no sampler.",
  cite: "Besag (1975), Statistical analysis of non-lattice data",
  trains: ["energy"],
  metrics: {
    pseudoLikelihood: {
      about: "Mean over the rows of the log-likelihoods of each site given the others, added up.",
      unit: "nats",
      label: "pseudo-likelihood",
      progress: { label: "pseudo-log-lik", digits: 3 },
    },
  },
  support: "discrete",
  options: z.object({}),
  iteration(model) {
    return {
      groups: ["energy"],
      noise: {},
      carry: {},
      start: () => ({}),
      step({ params, batch: x }) {
        const others = siteLogOdds(model, params.energy, x);
        const odds = concat([zerosLike(slice(others, 2, 0, 1)), others], 2);
        const loss = mean(sum(logSumExp(odds, 2), 1));
        return { losses: { energy: loss }, carry: {}, metrics: { pseudoLikelihood: neg(loss) } };
      },
    };
  },
});

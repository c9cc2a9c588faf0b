import { z } from "zod";
import { sigmoid, square } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { objective } from "../objective.js";
import { siteLogOdds } from "../parts/single-site.js";

/**
 * Ratio matching, `mean Σ_{x′} σ(E(x) − E(x′))²` over the points x′ that differ from x in one site: the squared distance
 * of `g(p(x)/p(x′))`, `g(u) = 1/(1 + u)`, from that of the data, up to a constant, so that Z cancels. For binary points
 * it is Hyvärinen's, `Σᵢ (1 − p(xᵢ | x₋ᵢ))²`; categorical points sum over the other values of each site. Its minimum is at
 * the truth where the data are of the model. A pair of which both are certain weighs little: rare points count less than
 * in the pseudo-likelihood.
 */
export const ratioMatching = objective({
  name: "ratio-matching",
  about: "Matches the ratios of probabilities of neighbouring binary or categorical points: no Z and no sampler.",
  cite: "Hyvärinen (2007), Some extensions of score matching",
  trains: ["energy"],
  metrics: {
    ratioMatching: {
      about: "Loss of matching the probabilities of flips.",
      unit: "number",
      label: "ratio matching loss",
      progress: { label: "loss", digits: 3 },
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
        const loss = mean(sum(square(sigmoid(siteLogOdds(model, params.energy, x))), [1, 2]));
        return { losses: { energy: loss }, carry: {}, metrics: { ratioMatching: loss } };
      },
    };
  },
});

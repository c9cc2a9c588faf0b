import { z } from "zod";
import { add } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { objective } from "../objective.js";
import { likelihoodMetrics, logZMetrics } from "../parts/metrics.js";

/**
 * Exact maximum likelihood, `mean E(x⁺) + log Z(θ)`, where the energy knows log Z as a function of its parameters. No
 * sampler and no noise; the value is the negative log-likelihood itself. What other objectives do can be held against it.
 */
export const likelihood = objective({
  name: "likelihood",
  about: "Exact maximum likelihood, for energies whose log Z is known at any parameters: no sampler, no noise.",
  cite: "Fisher (1922), On the mathematical foundations of theoretical statistics",
  trains: ["energy"],
  metrics: { ...likelihoodMetrics, ...logZMetrics },
  support: "any",
  needs: ["logZ"],
  otherwise: "others are trained by pcd, cd or nce",
  options: z.object({}),
  iteration: ({ energy }) => ({
    groups: ["energy"],
    noise: {},
    carry: {},
    start: () => ({}),
    step({ params, batch }) {
      const logZ = energy.logZ!(params.energy);
      const loss = add(mean(energy(batch, params.energy)), logZ);
      return { losses: { energy: loss }, carry: {}, metrics: { negativeLogLikelihood: loss, logZ } };
    },
  }),
});

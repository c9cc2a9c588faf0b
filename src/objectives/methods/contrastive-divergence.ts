import { z } from "zod";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";

/**
 * CD-k: negatives are `k` steps of a local kernel started at the minibatch. Exact only as k → ∞. The weights of
 * separated modes are a direction its gradient does not see: they come out arbitrary.
 */
export const contrastiveDivergence = objective({
  name: "cd",
  about: "Contrastive divergence: short chains started at the data; blind to the weights of separated modes.",
  cite: "Hinton (2002), Training products of experts by minimizing contrastive divergence",
  expected: [
    {
      weights: "wrong",
      why: "Short chains from the data stay in the mode of their row: the weights get no gradient.",
    },
  ],
  trains: ["energy"],
  metrics: { ...energyMetrics, ...acceptanceMetrics },
  support: "any",
  options: z.object({ ...localOptions, ...contrastOptions }),
  iteration: (model, batch, options) => ({
    groups: ["energy"],
    noise: walkNoise(model, batch, options),
    carry: {},
    start: () => ({}),
    step({ params, batch: x, noise }) {
      const { x: negatives, metrics } = walk(model, params.energy, x, noise, options);
      const { loss, metrics: energies } = contrast(model.energy, params.energy, x, negatives, options);
      return { losses: { energy: loss }, carry: {}, metrics: { ...energies, ...metrics } };
    },
  }),
});

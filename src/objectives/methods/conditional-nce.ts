import { z } from "zod";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { less, where } from "../../ops/logic.js";
import { concat, expandDims, reshape, slice } from "../../ops/shape.js";
import { mean, softplus } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { accuracyMetrics } from "../parts/metrics.js";

/**
 * Conditional NCE with symmetric noise: tell each row from κ copies `y = x⁺ + σε`, `ε ~ N(0, I)`, by the energies alone:
 * `mean softplus(E(x⁺) − E(y))`. The noise is as likely to go from y to x as from x to y, so its density cancels, and so
 * does Z. Its minimum is the law of the data for every σ. As σ → 0 it is `log 2 + σ²/4` times exact score matching, and as
 * blind to the weights of separated modes; only σ of the order of their distance joins them.
 */
export const conditionalNce = objective({
  name: "conditional-nce",
  about: "Conditional noise-contrastive estimation: tells each row from noisy copies; Z cancels; local noise is blind.",
  cite: "Ceylan & Gutmann (2018), Conditional noise-contrastive estimation of unnormalised models",
  expected: [
    {
      options: { sigma: 0.3 },
      weights: "wrong",
      why: "Noisy copies stay near their row: only energies of neighbours are compared.",
    },
  ],
  trains: ["energy"],
  metrics: {
    conditional: {
      about: "Loss of telling a row from its noisy copy; log 2 for a flat energy.",
      unit: "nats",
      label: "conditional loss",
      progress: { label: "loss", digits: 3 },
    },
    ...accuracyMetrics,
  },
  options: z.object({
    sigma: z
      .number()
      .positive()
      .default(0.5)
      .describe("σ, standard deviation of the noise, in the units the model is trained in")
      .meta(essential),
    ratio: z.number().int().min(1).max(1000).default(1).describe("κ, noisy copies of each row").meta(essential),
  }),
  iteration(model, batch, { sigma, ratio }) {
    const { event } = model;
    return {
      groups: ["energy"],
      noise: { epsilon: { law: "normal", shape: [batch, ratio, ...event] } },
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const copies = reshape(add(expandDims(x, 1), mul(sigma, noise.epsilon!)), [batch * ratio, ...event]);
        const both = model.energy(concat([x, copies], 0), params.energy);
        const onData = reshape(slice(both, 0, 0, batch), [batch, 1]);
        const onNoise = reshape(slice(both, 0, batch, batch * (1 + ratio)), [batch, ratio]);
        const difference = sub(onData, onNoise);
        const conditional = mean(softplus(difference));
        const accuracy = mean(where(less(difference, 0), 1, 0));
        return { losses: { energy: conditional }, carry: {}, metrics: { conditional, accuracy } };
      },
    };
  },
});

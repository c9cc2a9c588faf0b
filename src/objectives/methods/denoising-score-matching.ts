import { z } from "zod";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { denoisingMetrics } from "../parts/metrics.js";

/**
 * Denoising score matching, `½ mean |ε − σ ∇E(x⁺ + σε)|²` with `ε ~ N(0, I)`: `σ²` times the Fisher divergence from the
 * smoothed data, up to a constant, so that losses at different σ are of one size. **What is learned is `p_data * N(0, σ²)`**,
 * never sharper than σ: the energy of a Gaussian comes out with the variance plus σ². Small σ is a small bias and a large
 * variance of the gradient, of order 1/σ² beside the signal. Blind to the weights of modes farther apart than σ joins.
 */
export const denoisingScoreMatching = objective({
  name: "denoising-score-matching",
  about: "Learns the gradient that removes noise: the energy of the smoothed density p * N(0, σ²), not of p.",
  cite: "Vincent (2011), A connection between score matching and denoising autoencoders",
  expected: [
    {
      weights: "wrong",
      why: "As exact score matching, of the slightly smoothed density.",
    },
  ],
  trains: ["energy"],
  metrics: denoisingMetrics,
  options: z.object({
    sigma: z
      .number()
      .positive()
      .default(0.1)
      .describe("σ, standard deviation of the noise, in the units the model is trained in")
      .meta(essential),
  }),
  iteration(model, batch, { sigma }) {
    return {
      groups: ["energy"],
      noise: { epsilon: { law: "normal", shape: [batch, ...model.event] } },
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const noisy = add(x, mul(sigma, noise.epsilon!));
        const { gradient } = energyAndGradient((at) => model.energy(at, params.energy), noisy);
        const loss = mul(0.5, mean(sumEvent(square(sub(noise.epsilon!, mul(sigma, gradient))))));
        return { losses: { energy: loss }, carry: {}, metrics: { denoising: loss } };
      },
    };
  },
});

import { z } from "zod";
import { add, mul, neg, sub } from "../../ops/arithmetic.js";
import { concat, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { energyMetrics, entropyMetrics, squaredScoreMetrics } from "../parts/metrics.js";
import { squaredGradient } from "../parts/squared-gradient.js";

/**
 * Adversarial training with an exact entropy: the energy follows `∇[mean E(x⁺) − mean E(y)]`, `y ~ q` from the flow,
 * which goes down `mean E(y) + λ mean log q(y) = E_q E − λ H(q)` through its points and its density. At λ = 1 that is
 * `KL(q ‖ p) − log Z`: the negatives become draws of the model, and the gradient that of the likelihood. At the end
 * `q = p_data` and `exp(−E) ∝ p_data^λ`: below λ = 1 the model is too flat, and `E/λ` is the energy of the data.
 * VERA draws from a generator `g(z) + s ξ` whose density is unknown, and estimates the derivative of its entropy by
 * importance sampling of z given x; a flow knows its density, so that there is nothing to approximate here.
 * `gradientPenalty` adds `γ mean |∇E(x⁺)|²` to the energy's loss, which keeps it from running ahead of the flow and
 * biases it towards flatness. The reverse divergence lets the flow drop a mode.
 */
export const adversarial = objective({
  name: "adversarial",
  about: "Energy against flow: the flow goes down the reverse divergence, with its exact entropy; may drop a mode.",
  cite: "Grathwohl et al. (2021), No MCMC for me: amortized sampling for fast and stable training of energy-based models",
  expected: [
    {
      options: { gradientPenalty: 0.1 },
      weights: "right",
      why: "Draws of the flow are negatives; with its exact entropy and an energy slow enough to follow, they are the model's.",
      learningRate: 1e-4,
    },
  ],
  trains: ["energy", "flow"],
  metrics: { ...energyMetrics, ...entropyMetrics, ...squaredScoreMetrics },
  needs: ["flow"],
  throughPoints: ["flow"],
  options: z.object({
    entropyWeight: z.number().min(0).default(1).describe("λ, weight of the flow's entropy; calibrated at 1 only"),
    gradientPenalty: z
      .number()
      .min(0)
      .default(0)
      .describe("γ, weight of the mean squared gradient at the data")
      .meta(essential),
  }),
  iteration(model, batch, { entropyWeight, gradientPenalty }) {
    const flow = model.flow!;
    return {
      groups: ["energy", "flow"],
      noise: flow.noise(batch),
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const drawn = flow.sample(noise, params.flow);
        const n = x.shape[0]!;
        // Each group is moved by the derivative by its own parameters, so that one pass serves both sides.
        const both = model.energy(concat([x, drawn.x], 0), params.energy);
        const [energyData, energyModel] = [mean(slice(both, 0, 0, n)), mean(slice(both, 0, n, 2 * n))];
        const gap = sub(energyData, energyModel);
        const logProb = mean(drawn.logProb);
        const squaredScore = gradientPenalty > 0 ? squaredGradient(model, params.energy, x) : undefined;
        return {
          losses: {
            energy: squaredScore ? add(gap, mul(gradientPenalty, squaredScore)) : gap,
            flow: add(energyModel, mul(entropyWeight, logProb)),
          },
          carry: {},
          metrics: {
            energyData,
            energyModel,
            energyGap: gap,
            entropy: neg(logProb),
            ...(squaredScore ? { squaredScore } : {}),
          },
        };
      },
    };
  },
});

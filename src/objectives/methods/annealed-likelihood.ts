import { z } from "zod";
import { add, mul } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { smc } from "../../samplers/composites/smc.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, crossEntropyMetrics, energyMetrics, essMetrics } from "../parts/metrics.js";

/**
 * Maximum likelihood with negatives by annealing, afresh each iteration: a population is drawn from a base, whose Z is
 * known, and carried to the model of the moment by sequential Monte Carlo, weighted, resampled and moved on the way
 * along `U_β = −(1 − β) log ρ + β E`. The weights settle how many points each mode gets, so no chain needs to cross
 * between them, and nothing is left over from older parameters. As the population grows the gradient
 * `∇[mean E(x⁺) − mean E(x⁻)]` is that of the likelihood, with a bias of order 1/chains: its points are worth
 * as many as the weights leave.
 *
 * `logZ` of the model of the step comes with it, the sum of the logarithms of mean incremental weights. It is low on
 * average, by about half its variance, so `crossEntropy`, `logZ + mean E(x⁺)`, the negative log-likelihood of the
 * batch, errs downwards.
 */
export const annealedLikelihood = objective({
  name: "annealed-likelihood",
  about: "Fresh negatives each iteration by sequential Monte Carlo from a base: mode weights, and log Z at every step.",
  cite: "Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers; Neal (2001), Annealed importance sampling",
  expected: [
    {
      weights: "right",
      why: "Points from a base that covers all modes are weighted on their way to the model, afresh each iteration.",
    },
  ],
  trains: ["energy"],
  metrics: {
    ...energyMetrics,
    ...crossEntropyMetrics,
    ...essMetrics,
    ...acceptanceMetrics,
    stages: {
      about: "Stages to β = 1: with as many as there are, the last had to leap.",
      unit: "number",
      label: "stages",
    },
  },
  options: smc.options.extend({
    ...contrastOptions,
    chains: z.number().int().min(2).default(512).describe("N, points of the population").meta(essential),
    stages: z.number().int().min(1).max(1000).default(10).describe("stages when temperatures are adaptive"),
    keep: z.number().positive().lt(1).default(0.5).describe("share of the effective sample size that a stage keeps"),
  }),
  given: ({ base }) => ({ trains: ["energy"], needs: base === "flow" ? ["flow"] : [] }),
  iteration(model, _batch, { chains, energyPenalty, ...options }) {
    const { energy } = model;
    return {
      groups: ["energy"],
      noise: withPrefix("pass.", smc.noise(frameOf(model, chains), options)),
      carry: {},
      start: () => ({}),
      step({ params, batch, noise }) {
        const own = { params: params.energy, flowParams: params.flow };
        const pass = smc(targetOf(model, own, chains), options);
        const { state, info } = pass.step({}, underPrefix("pass.", noise));
        const { loss, metrics } = contrast(energy, params.energy, batch, state.x!, { energyPenalty });
        const logZ = mean(info.logZ!);
        return {
          losses: { energy: loss },
          carry: {},
          metrics: {
            ...metrics,
            logZ,
            crossEntropy: add(logZ, metrics.energyData),
            ess: mul(mean(info.ess!), 1 / chains),
            stages: mean(info.stages!),
            ...(info.acceptance ? { acceptance: mean(info.acceptance) } : {}),
          },
        };
      },
    };
  },
});

import { z } from "zod";
import { abs, add, exp, expm1, mul, neg, sub } from "../../ops/arithmetic.js";
import { less, or, where } from "../../ops/logic.js";
import { concat, slice } from "../../ops/shape.js";
import { logMeanExp, logSumExp, mean } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { logZMetrics } from "../parts/metrics.js";
import { noiseFacts, noiseLaw, noiseOptions } from "../parts/noise-law.js";
import { followLogZ, logZCarry, logZOption, startLogZ } from "../parts/running-log-z.js";

/**
 * Self-normalised likelihood: `ℓ(θ, b) = −mean E(x⁺) − b − (e^{−b} Z − 1)`, at most the mean log-likelihood and equal to it
 * at `b = log Z`. Z is the mean of K importance weights `e^{−E(y)}/q(y)`, in which ℓ is linear, so its gradient is unbiased
 * at every K; that of the log of the mean is not. b follows `∂ℓ/∂b = e^{−b} Z − 1` in the carry: see running-log-z.ts.
 *
 * The first `start` steps take the log form, `−mean E(x⁺) − log Ẑ`, biased and of bounded gradient, while b finds log Z. A
 * later step at which `|log Ẑ − b|` is above `limit`, where the exponential would run away or vanish, takes it as well,
 * and says so in `logForm`. Weights vary as χ²(p‖q): a q that misses what the model holds makes Z too small.
 */
export const selfNormalisedLikelihood = objective({
  name: "self-normalised-likelihood",
  about: "A bound on the log-likelihood that is linear in Z: importance sampling gives it an unbiased gradient.",
  cite: "Senetaire et al. (2025), Learning energy-based models by self-normalising the likelihood",
  usual: { table: { noise: "frozen-flow" }, images: () => ({ noise: "frozen-flow", negatives: 256 }) },
  expected: [
    {
      as: "self-normalised likelihood",
      weights: "right",
      why: "Z is estimated by importance sampling from a proposal that covers all modes.",
    },
  ],
  trains: ["energy"],
  metrics: {
    bound: {
      about: "The bound on the mean log-likelihood of the batch, or its log form where that was taken.",
      unit: "nats",
      label: "bound",
      progress: { label: "bound", digits: 3 },
    },
    ...logZMetrics,
    logZError: {
      about: "How far the estimate of log Z is above the learned one.",
      unit: "nats",
      label: "error of log Z",
    },
    logForm: { about: "1 where the step took the log form.", unit: "share", label: "log form" },
    weightEss: {
      about: "Effective sample size of the importance weights, as a share of the draws.",
      unit: "share",
      label: "effective sample size",
      healthAs: "weightEss",
    },
  },
  options: z.object({
    ...noiseOptions,
    negatives: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(512)
      .describe("K, points that Z is estimated from")
      .meta(essential),
    start: z.number().int().min(0).default(100).describe("first steps that take the log form").meta(essential),
    limit: z.number().positive().max(20).default(3).describe("|log Ẑ − b| above which a step takes the log form"),
    ...logZOption,
  }),
  given: noiseFacts,
  iteration(model, batch, o) {
    const law = noiseLaw(model, o.negatives, o);
    return {
      groups: noiseFacts(o).trains,
      noise: law.noise,
      carry: { ...law.carry, ...logZCarry },
      start: (_, data) => ({ ...law.start(data), ...startLogZ() }),
      step(input) {
        const { carry, batch: data, params } = input;
        const { x, logProb, dataLogProb, losses } = law.at(input);
        // Of an energy that tilts the law, all but the tilt cancels in the weights.
        const tilt = o.noise === "frozen-flow" && model.energy.tilting?.base === model.flow && model.energy.tilting;
        const points = concat([data, x], 0);
        const both = tilt ? tilt.energy(points, params.energy) : model.energy(points, params.energy);
        const drawn = slice(both, 0, batch, batch + o.negatives);
        const logWeights = neg(tilt ? drawn : add(drawn, logProb));
        const b = carry.logZ!;
        const error = sub(logMeanExp(logWeights), b);
        const early = less(carry.logZSteps!, o.start);
        const logForm = or(early, less(o.limit, abs(error)));
        // The exponential is of 0 where it is not taken: its derivative there may not be infinite.
        const penalty = where(logForm, error, expm1(where(logForm, 0, error)));
        const loss = add(mean(slice(both, 0, 0, batch)), add(b, penalty));
        const ess = exp(sub(mul(2, logSumExp(logWeights)), logSumExp(mul(2, logWeights))));
        return {
          losses: { energy: loss, ...losses },
          carry: { ...carry, ...followLogZ(carry, penalty, o.logZRate) },
          metrics: {
            bound: tilt ? sub(mean(dataLogProb), loss) : neg(loss),
            logZ: b,
            logZError: error,
            logForm: where(logForm, 1, 0),
            weightEss: mul(ess, 1 / o.negatives),
          },
        };
      },
    };
  },
});

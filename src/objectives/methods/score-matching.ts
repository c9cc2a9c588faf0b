import { z } from "zod";
import { rowTrace } from "../../autodiff/grad.js";
import { mul, square, sub } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import { InputError } from "../../util/errors.js";
import { sizeOf } from "../../util/tensor.js";
import { objective } from "../objective.js";
import { scoreMatchingMetrics } from "../parts/metrics.js";

/**
 * Exact score matching, `mean(½ |∇E(x⁺)|² − tr ∇²E(x⁺))`: the Fisher divergence `½ E|∇ log p_data + ∇E|²` up to a
 * constant, by parts, so that neither Z nor a sampler is needed. On a Gaussian energy its minimum is that of the
 * likelihood. The trace takes one Hessian-vector product a coordinate. Blind to the weights of separated modes, between
 * which no point lies that would tell.
 */
export const scoreMatching = objective({
  name: "score-matching",
  about: "Exact score matching by the trace of the Hessian: no sampler; blind to the weights of separated modes.",
  cite: "Hyvärinen (2005), Estimation of non-normalized statistical models by score matching",
  expected: [
    {
      weights: "wrong",
      why: "The slope of the log-density inside a mode does not know the weight of the mode.",
    },
  ],
  trains: ["energy"],
  metrics: scoreMatchingMetrics,
  options: z.object({
    maxDimensions: z
      .number()
      .int()
      .min(1)
      .default(64)
      .describe("coordinates above which it refuses, as each costs a Hessian-vector product"),
  }),
  iteration(model, _batch, { maxDimensions }) {
    const d = sizeOf(model.event);
    if (d > maxDimensions)
      throw new InputError(
        `objective score-matching: points have ${d} coordinates, and option maxDimensions is ${maxDimensions}: ` +
          "choose sliced-score-matching, or raise it for a Hessian-vector product a coordinate",
      );
    return {
      groups: ["energy"],
      noise: {},
      carry: {},
      start: () => ({}),
      step({ params, batch: x }) {
        const { gradient } = energyAndGradient((at) => model.energy(at, params.energy), x);
        const squaredScore = mean(sumEvent(square(gradient)));
        const laplacian = mean(rowTrace(gradient, x));
        const loss = sub(mul(0.5, squaredScore), laplacian);
        return { losses: { energy: loss }, carry: {}, metrics: { scoreMatching: loss, squaredScore, laplacian } };
      },
    };
  },
});

import { z } from "zod";
import { rowTraceEstimate } from "../../autodiff/grad.js";
import type { Expr } from "../../ir/expr.js";
import { mul, square, sub } from "../../ops/arithmetic.js";
import { reshape, slice, stack } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import { objective } from "../objective.js";
import { scoreMatchingMetrics } from "../parts/metrics.js";

/**
 * Sliced score matching, `mean(½ (vᵀ∇E(x⁺))² − vᵀ∇²E(x⁺) v)` over random directions with `E[v vᵀ] = I`: on average
 * exactly score matching, at the cost of one Hessian-vector product a direction whatever the dimension. Variance
 * reduced, the first term is `½ |∇E|²`, its average over directions. Unlike directions on the unit sphere, these give
 * the loss of score matching itself and not that over d.
 */
export const slicedScoreMatching = objective({
  name: "sliced-score-matching",
  about: "Score matching along random directions: for many coordinates; blind to the weights of separated modes.",
  cite: "Song, Garg, Shi & Ermon (2019), Sliced score matching: a scalable approach to density and score estimation",
  expected: [
    {
      weights: "wrong",
      why: "As exact score matching.",
    },
  ],
  trains: ["energy"],
  metrics: scoreMatchingMetrics,
  options: z.object({
    directions: z.number().int().min(1).max(64).default(1).describe("directions a point"),
    law: z.enum(["rademacher", "normal"]).default("rademacher").describe("law of the coordinates of a direction"),
    varianceReduced: z.boolean().default(true).describe("whether the squared score is taken whole, not by direction"),
  }),
  iteration(model, batch, { directions, law, varianceReduced }) {
    return {
      groups: ["energy"],
      noise: { directions: { law, shape: [directions, batch, ...model.event] } },
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const { gradient } = energyAndGradient((at) => model.energy(at, params.energy), x);
        const each = Array.from({ length: directions }, (_, i) =>
          reshape(slice(noise.directions!, 0, i, i + 1), x.shape),
        );
        const over = (f: (v: Expr) => Expr): Expr => mean(stack(each.map(f)));
        const laplacian = over((v) => rowTraceEstimate(gradient, x, v));
        const squaredScore = mean(sumEvent(square(gradient)));
        const term = varianceReduced ? squaredScore : over((v) => square(sumEvent(mul(v, gradient))));
        const loss = sub(mul(0.5, term), laplacian);
        return { losses: { energy: loss }, carry: {}, metrics: { scoreMatching: loss, squaredScore, laplacian } };
      },
    };
  },
});

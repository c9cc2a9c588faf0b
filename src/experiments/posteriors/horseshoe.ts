/** Normal means under a horseshoe. */

import { add, addAll, exp, mul, sub } from "../../ops/arithmetic.js";
import { column, columns, halfCauchyPrior, normalPrior, row, total } from "./parts.js";
import { numbered, posterior } from "./posterior.js";
import { horseshoe as means } from "./tables.js";

/**
 * `yⱼ ~ N(zⱼ λⱼ τ, 1)`, `zⱼ ~ N(0, 1)`, λⱼ and τ half-Cauchy(0, 1), in `(log τ, log λ, z)`.
 * Source: Carvalho, Polson & Scott (2010), The horseshoe estimator for sparse signals.
 */
export const horseshoe = posterior({
  name: "horseshoe",
  half: "held",
  hard: "scales with tails of a Cauchy, each multiplied by another",
  names: ["logTau", ...numbered("logLambda", 8), ...numbered("z", 8)],
  answers: means.answers,
  energy(u) {
    const logLambda = columns(u, 1, 9);
    const z = columns(u, 9, 17);
    const fitted = mul(exp(add(columns(u, 0), logLambda)), z);
    return addAll([
      halfCauchyPrior(column(u, 0)),
      total(halfCauchyPrior(logLambda)),
      normalPrior(z, 0, 1),
      normalPrior(sub(row(means.data.y, u), fitted), 0, 1),
    ]);
  },
});

/** Rates of groups: their law integrated over, and a normal law of their logits with standardised effects. */

import { add, addAll, exp, mul, neg, sigmoid, sub } from "../../ops/arithmetic.js";
import { softplus } from "../../ops/special.js";
import { column, columns, normalPrior, risingFactorials, row, total } from "./parts.js";
import { numbered, posterior } from "./posterior.js";
import { hierarchicalRates as groups, betaBinomial as integrated } from "./tables.js";

/** `yⱼ ~ BetaBinomial(nⱼ, m κ, (1 − m) κ)`, m uniform, `log κ ~ N(2, 1.5²)`, `u = (logit m, log κ)`. */
export const betaBinomial = posterior({
  name: "beta-binomial",
  half: "held",
  names: ["logitMean", "logSize"],
  answers: integrated.answers,
  energy(u) {
    const { trials, successes } = integrated.data;
    const failures = trials.map((n, j) => n - successes[j]!);
    const [logit, size] = [columns(u, 0), exp(columns(u, 1))];
    return addAll([
      risingFactorials(size, trials),
      neg(risingFactorials(mul(sigmoid(logit), size), successes)),
      neg(risingFactorials(mul(sigmoid(neg(logit)), size), failures)),
      // The Jacobian m (1 − m).
      add(softplus(column(u, 0)), softplus(neg(column(u, 0)))),
      normalPrior(columns(u, 1), 2, 1.5),
    ]);
  },
});

/** `yⱼ ~ Binomial(nⱼ, σ(μ + τ zⱼ))`, `zⱼ ~ N(0, 1)`, `μ ~ N(0, 2²)`, `log τ ~ N(−½, 1)`. */
export const hierarchicalRates = posterior({
  name: "group rates",
  half: "design",
  quick: true,
  names: ["mu", "logTau", ...numbered("z", 10)],
  answers: groups.answers,
  energy(u) {
    const { trials, successes } = groups.data;
    const z = columns(u, 2, 12);
    const eta = add(columns(u, 0), mul(exp(columns(u, 1)), z));
    const losses = sub(mul(row(trials, u), softplus(eta)), mul(row(successes, u), eta));
    return addAll([
      total(losses),
      normalPrior(columns(u, 0), 0, 2),
      normalPrior(columns(u, 1), -0.5, 1),
      normalPrior(z, 0, 1),
    ]);
  },
});

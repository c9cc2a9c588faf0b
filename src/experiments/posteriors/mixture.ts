/** A mixture of two components in order. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, div, exp, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { softplus } from "../../ops/special.js";
import { column, columns, normalPrior, row, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { orderedMixture as two } from "./tables.js";

/** `w N(m₁, s²) + (1 − w) N(m₂, s²)`, `m₁ < m₂`, in `(m₁, log(m₂ − m₁), log s, logit w)`, w uniform. */
export const orderedMixture = posterior({
  name: "ordered mixture",
  half: "design",
  names: ["lower", "logGap", "logSigma", "logitWeight"],
  answers: two.answers,
  energy(u) {
    const y = row(two.data.y, u);
    const [lower, sd, logit] = [columns(u, 0), exp(columns(u, 2)), columns(u, 3)];
    const half = (mean: Expr): Expr => mul(0.5, square(div(sub(y, mean), sd)));
    const [a, b] = [half(lower), half(add(lower, exp(columns(u, 1))))];
    // −log(w e^{−a} + (1 − w) e^{−b}) = a − log w − log(1 + e^{a − b − logit w}).
    const parts = sub(add(a, softplus(neg(logit))), softplus(sub(sub(a, b), logit)));
    return addAll([
      total(parts),
      mul(two.data.y.length, column(u, 2)),
      normalPrior(lower, 0, 3),
      normalPrior(columns(u, 1), 1, 0.5),
      normalPrior(columns(u, 2), 0, 1),
      // The Jacobian w (1 − w).
      add(softplus(column(u, 3)), softplus(neg(column(u, 3)))),
    ]);
  },
});

/** Regression with Student errors: their degrees of freedom given, and free. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, div, exp, log, mul, square, sub } from "../../ops/arithmetic.js";
import { column, columns, linear, logGamma, normalPrior, row, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { studentFixed as fixed, studentFree as free } from "./tables.js";

/** `Σ log(1 + r²/ν)`, `r = (y − b₀ − b₁ x)/σ`, with `u = (b₀, b₁, log σ, …)` and ν a number or `(n, 1)`. */
function logTails(
  u: Expr,
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  nu: Expr | number,
) {
  const r = div(sub(row(y, u), linear(columns(u, 0, 2), x)), exp(columns(u, 2)));
  return total(log(add(1, div(square(r), nu))));
}

const priors = (u: Expr): Expr => normalPrior(columns(u, 0, 3), 0, [5, 5, 2]);

/** `y = b₀ + b₁ x + σ t₄`. */
export const studentFixed = posterior({
  name: "t, 4 degrees",
  half: "design",
  quick: true,
  names: ["b0", "b1", "logSigma"],
  answers: fixed.answers,
  energy: (u) => addAll([mul(2.5, logTails(u, fixed.data, 4)), mul(fixed.data.y.length, column(u, 2)), priors(u)]),
});

/** `y = b₀ + b₁ x + σ t_ν`, `log ν ~ N(2, 1)`. */
export const studentFree = posterior({
  name: "t, free degrees",
  half: "held",
  names: ["b0", "b1", "logSigma", "logNu"],
  answers: free.answers,
  energy(u) {
    const nu = exp(column(u, 3));
    const half = mul(0.5, nu);
    const norm = sub(sub(logGamma(add(half, 0.5)), logGamma(half)), mul(0.5, column(u, 3)));
    return addAll([
      mul(add(half, 0.5), logTails(u, free.data, exp(columns(u, 3)))),
      mul(free.data.y.length, sub(column(u, 2), norm)),
      priors(u),
      normalPrior(columns(u, 3), 2, 1),
    ]);
  },
});

/** Counts: Poisson with an offset, negative binomial, and a rate that changes at some time. */

import { add, addAll, exp, mul, neg, sigmoid, sub } from "../../ops/arithmetic.js";
import { softplus } from "../../ops/special.js";
import { columns, linear, normalPrior, risingFactorials, row, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { poissonOffset as exposed, negativeBinomial as overdispersed, changePoint as years } from "./tables.js";

/** `y ~ Poisson(exposure · e^{b₀ + b₁ x₁ + b₂ x₂})`, `b ~ N(0, 3²)`. */
export const poissonOffset = posterior({
  name: "Poisson, offset",
  half: "held",
  quick: true,
  names: ["b0", "b1", "b2"],
  answers: exposed.answers,
  energy(u) {
    const { x, y, exposure } = exposed.data;
    const eta = add(linear(u, x), row(exposure.map(Math.log), u));
    return add(total(sub(exp(eta), mul(row(y, u), eta))), normalPrior(u, 0, 3));
  },
});

/** `y ~ NB(mean e^{b₀ + b₁ x}, size φ)`, `b ~ N(0, 3²)`, `log φ ~ N(1, 1)`. */
export const negativeBinomial = posterior({
  name: "negative binomial",
  half: "design",
  quick: true,
  names: ["b0", "b1", "logPhi"],
  answers: overdispersed.answers,
  energy(u) {
    const { x, y } = overdispersed.data;
    const logPhi = columns(u, 2);
    const excess = sub(linear(columns(u, 0, 2), x), logPhi);
    // −log NB = (y + φ) log(1 + μ/φ) − y log(μ/φ) − log Γ(φ + y)/Γ(φ) + log y!.
    const counts = row(y, u);
    const fit = sub(mul(add(counts, exp(logPhi)), softplus(excess)), mul(counts, excess));
    return addAll([
      total(fit),
      neg(risingFactorials(exp(logPhi), y)),
      normalPrior(columns(u, 0, 2), 0, 3),
      normalPrior(logPhi, 1, 1),
    ]);
  },
});

/** `y_t ~ Poisson(exp(before + change · σ((t − time)/0.2)))` over 40 years, a decade the unit of time. */
export const changePoint = posterior({
  name: "change point",
  half: "held",
  quick: true,
  names: ["before", "change", "time"],
  answers: years.answers,
  energy(u) {
    const { y } = years.data;
    const t = row(
      y.map((_, i) => (i - (y.length - 1) / 2) / 10),
      u,
    );
    const eta = add(columns(u, 0), mul(columns(u, 1), sigmoid(mul(5, sub(t, columns(u, 2))))));
    return add(total(sub(exp(eta), mul(row(y, u), eta))), normalPrior(u, 0, [2, 1, 1]));
  },
});

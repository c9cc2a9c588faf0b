/** Positive numbers: survival times of which some are cut off, and a gamma law with logarithmic link. */

import { add, addAll, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { column, columns, linear, logGamma, normalPrior, row, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { gammaGlm as positive, weibull as survival } from "./tables.js";

/** Times with shape k and scale `e^{b₀ + b₁ x}`; of those cut off at 12 it is known that they are longer. */
export const weibull = posterior({
  name: "Weibull",
  half: "design",
  quick: true,
  names: ["b0", "b1", "logShape"],
  answers: survival.answers,
  energy(u) {
    const { x, time, event } = survival.data;
    const logShape = columns(u, 2);
    const w = mul(exp(logShape), sub(row(time.map(Math.log), u), linear(columns(u, 0, 2), x)));
    return add(total(sub(exp(w), mul(row(event, u), add(logShape, w)))), normalPrior(u, 0, [5, 5, 1]));
  },
});

/** `y ~ Gamma(shape a, mean e^{b₀ + b₁ x})`. */
export const gammaGlm = posterior({
  name: "gamma",
  half: "held",
  quick: true,
  names: ["b0", "b1", "logShape"],
  answers: positive.answers,
  energy(u) {
    const { x, y } = positive.data;
    const logY = row(y.map(Math.log), u);
    // −log p = log Γ(a) − a log a − a (log y − η − y e^{−η}) + log y.
    const eta = linear(columns(u, 0, 2), x);
    const excess = sub(logY, eta);
    const [a, logShape] = [exp(column(u, 2)), column(u, 2)];
    return addAll([
      mul(y.length, sub(logGamma(a), mul(a, logShape))),
      neg(mul(a, total(sub(excess, exp(excess))))),
      normalPrior(u, 0, [3, 3, 2]),
    ]);
  },
});

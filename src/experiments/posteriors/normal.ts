/** Normal data: location and scale far from where chains start, and a regression in the units of a field book. */

import { add, exp, mul, square, sub } from "../../ops/arithmetic.js";
import { column, columns, linear, row, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { linearUnscaled as regression, locationScale as twoNumbers } from "./tables.js";

/** 400 numbers with mean 50 and variance 100, flat in `(μ, log σ)`: `E = 399 u₂ + 200 e^{−2u₂} (100 + (u₁ − 50)²)`. */
export const locationScale = posterior({
  name: "location, scale",
  half: "design",
  quick: true,
  names: ["mu", "logSigma"],
  answers: twoNumbers.answers,
  energy: (u) =>
    add(mul(399, column(u, 1)), mul(mul(200, exp(mul(-2, column(u, 1)))), add(100, square(sub(column(u, 0), 50))))),
});

/** `y ~ N(b₀ + b₁ x₁ + b₂ x₂, σ²)`, flat in b and log σ; x₁ in grams, x₂ in millimetres. */
export const linearUnscaled = posterior({
  name: "unscaled linear",
  half: "held",
  names: ["b0", "b1", "b2", "logSigma"],
  answers: regression.answers,
  energy(u) {
    const { x, y } = regression.data;
    const logSigma = column(u, 3);
    const squares = total(square(sub(row(y, u), linear(columns(u, 0, 3), x))));
    return add(mul(y.length, logSigma), mul(mul(0.5, exp(mul(-2, logSigma))), squares));
  },
});

/** Eight schools, Rubin (1981): `μ ~ N(0, 5²)`, `τ` half-Cauchy(0, 5), effects about μ with deviation τ. */

import type { EnergyFunction } from "../../energies/energy.js";
import { add, addAll, div, exp, mul, square, sub } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { softplus } from "../../ops/special.js";
import { column, columns, halfCauchyPrior, normalPrior, row, table, total } from "./parts.js";
import { numbered, posterior } from "./posterior.js";
import { eightSchools as schools } from "./tables.js";

/**
 * In `(μ, η = log τ, t₁ … t₈)`: `tⱼ ~ N(0, 1)`, `yⱼ ~ N(μ + τ tⱼ, σⱼ²)`. The density of η has the Jacobian `e^η`: `−η` in
 * the energy.
 */
const nonCentredEnergy: EnergyFunction = (x) => {
  const { effects, errors } = schools.data;
  const [mu, eta, t] = [columns(x, 0, 1), columns(x, 1, 2), columns(x, 2, 10)];
  const fitted = add(mu, mul(exp(eta), t));
  const precisions = table(
    errors.map((s) => 1 / s),
    [8],
    x,
  );
  const misfit = mul(sub(table(effects, [8], x), fitted), precisions);
  const flatEta = column(x, 1);
  return addAll([
    mul(1 / 50, square(column(x, 0))),
    // log(1 + τ²/25) as a softplus: τ² may overflow.
    softplus(mul(2, sub(flatEta, Math.log(5)))),
    mul(-1, flatEta),
    mul(0.5, sum(add(square(t), square(misfit)), 1)),
  ]);
};

export const eightSchools = posterior({
  name: "eight schools",
  half: "held",
  quick: true,
  names: ["mu", "logTau", ...numbered("effect", 8)],
  answers: schools.answers,
  energy: nonCentredEnergy,
});

/** In `(μ, log τ, θ₁ … θ₈)`, `θⱼ ~ N(μ, τ²)`: a funnel. */
export const eightSchoolsCentred = posterior({
  name: "centred schools",
  half: "design",
  hard: "a funnel: no step size suits large and small τ",
  names: ["mu", "logTau", ...numbered("theta", 8)],
  answers: schools.answers,
  energy(u) {
    const { effects, errors } = schools.data;
    const theta = columns(u, 2, 10);
    const eta = column(u, 1);
    return addAll([
      normalPrior(columns(u, 0), 0, 5),
      halfCauchyPrior(eta, 5),
      mul(8, eta),
      normalPrior(div(sub(theta, columns(u, 0)), exp(columns(u, 1))), 0, 1),
      mul(0.5, total(square(div(sub(theta, row(effects, u)), row(errors, u))))),
    ]);
  },
});

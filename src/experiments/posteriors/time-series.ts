/** Time series whose coefficients are held to stationarity, and stochastic volatility. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, exp, mul, neg, square, sub, tanh } from "../../ops/arithmetic.js";
import { concat } from "../../ops/shape.js";
import { column, columns, normalPrior, row, tanhPrior, total } from "./parts.js";
import { numbered, posterior } from "./posterior.js";
import { ar1 as first, volatility as returns, ar2 as second, ar1Short as short } from "./tables.js";

/** The law of an AR(1) in `(μ, artanh φ, log σ)`, its first value stationary; flat in `artanh φ`. */
function ar1Energy(u: Expr, y: readonly number[]): Expr {
  const phi = tanh(columns(u, 1));
  const centred = sub(row(y, u), columns(u, 0));
  const n = y.length;
  const innovations = sub(columns(centred, 1, n), mul(phi, columns(centred, 0, n - 1)));
  const logSigma = column(u, 2);
  const slack = tanhPrior(column(u, 1));
  // 1 − φ² is e^{−slack}.
  const squares = add(mul(exp(neg(slack)), square(column(centred, 0))), total(square(innovations)));
  return addAll([
    mul(0.5, slack),
    mul(n, logSigma),
    mul(mul(0.5, exp(mul(-2, logSigma))), squares),
    normalPrior(columns(u, 0), 0, 2),
    normalPrior(columns(u, 2), 0, 1),
  ]);
}

const ar1Parts = { names: ["mu", "artanhPhi", "logSigma"], answers: first.answers };
const withPrior = (y: readonly number[]) => (u: Expr) => add(ar1Energy(u, y), tanhPrior(column(u, 1)));

/** An AR(1) with φ uniform on (−1, 1). */
export const ar1 = posterior({
  name: "AR(1)",
  half: "design",
  quick: true,
  ...ar1Parts,
  energy: withPrior(first.data.y),
});

/** The same of 25 values, after which φ may be 1: there μ has the width of its prior. */
export const ar1Short = posterior({
  name: "AR(1), 25 values",
  half: "design",
  ...ar1Parts,
  answers: short.answers,
  energy: withPrior(short.data.y),
});

/** The same with the Jacobian of tanh forgotten: not the posterior whose answers it has. */
export const ar1WithoutJacobian = posterior({
  name: "AR(1), Jacobian dropped",
  half: "held",
  ...ar1Parts,
  energy: (u) => ar1Energy(u, first.data.y),
});

/** An AR(2) given its first two values; partial autocorrelations uniform on (−1, 1), `φ₁ = r₁ (1 − r₂)`, `φ₂ = r₂`. */
export const ar2 = posterior({
  name: "AR(2)",
  half: "held",
  quick: true,
  names: ["artanhR1", "artanhR2", "logSigma"],
  answers: second.answers,
  energy(u) {
    const { y } = second.data;
    const n = y.length - 2;
    const [r1, r2] = [tanh(columns(u, 0)), tanh(columns(u, 1))];
    const past = (lag: number): Expr => row(y.slice(2 - lag, y.length - lag), u);
    const fitted = add(mul(mul(r1, sub(1, r2)), past(1)), mul(r2, past(2)));
    const logSigma = column(u, 2);
    const squares = total(square(sub(past(0), fitted)));
    return addAll([
      mul(n, logSigma),
      mul(mul(0.5, exp(mul(-2, logSigma))), squares),
      tanhPrior(column(u, 0)),
      tanhPrior(column(u, 1)),
      normalPrior(columns(u, 2), 0, 1),
    ]);
  },
});

/**
 * `y_t ~ N(0, e^{h_t})`, `h_t = μ + φ (h_{t−1} − μ) + σ z_t` from its stationary law, in `(μ, artanh φ, log σ, z)`:
 * `μ ~ N(0, 2²)`, `artanh φ ~ N(1, ½²)`, `log σ ~ N(−0.7, ½²)`, `z ~ N(0, 1)`.
 */
export const volatility = posterior({
  name: "volatility",
  half: "design",
  names: ["mu", "artanhPhi", "logSigma", ...numbered("z", 20)],
  answers: returns.answers,
  energy(u) {
    const { y } = returns.data;
    const phi = tanh(columns(u, 1));
    const z = columns(u, 3, 3 + y.length);
    const path: Expr[] = [mul(columns(z, 0), exp(mul(0.5, tanhPrior(columns(u, 1)))))];
    for (let t = 1; t < y.length; t++) path.push(add(mul(phi, path[t - 1]!), columns(z, t)));
    const h = add(columns(u, 0), mul(exp(columns(u, 2)), concat(path, 1)));
    const squares = row(
      y.map((v) => v * v),
      u,
    );
    return addAll([
      mul(0.5, total(add(h, mul(squares, exp(neg(h)))))),
      normalPrior(columns(u, 0), 0, 2),
      normalPrior(columns(u, 1), 1, 0.5),
      normalPrior(columns(u, 2), -0.7, 0.5),
      normalPrior(z, 0, 1),
    ]);
  },
});

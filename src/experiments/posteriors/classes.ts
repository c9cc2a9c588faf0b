/** Outcomes that are classes: two of them, three without order, four in order. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, exp, expm1, log, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/linalg.js";
import { sum } from "../../ops/shape.js";
import { softplus } from "../../ops/special.js";
import { columns, linear, normalPrior, row, table, total } from "./parts.js";
import { posterior } from "./posterior.js";
import { logistic as binary, orderedLogit as levels, multinomial as three } from "./tables.js";

/** `E(β) = Σ log(1 + e^{±(β₀ + β₁ x₁ + β₂ x₂)}) + |β|²/2s²`, the sign − where y = 1. */
export const logistic = posterior({
  name: "logistic",
  half: "design",
  quick: true,
  names: ["b0", "b1", "b2"],
  answers: binary.answers,
  energy(b) {
    const { x, y, priorDeviation } = binary.data;
    const signed = x.flatMap((covariates, i) => [1, ...covariates].map((v) => (1 - 2 * y[i]!) * v));
    const losses = softplus(matmul(b, table(signed, [x.length, 3], b), { transposeB: true }));
    return add(sum(losses, 1), mul(0.5 / priorDeviation ** 2, sum(square(b), 1)));
  },
});

const isLevel = (y: readonly number[], level: number, like: Expr): Expr =>
  row(
    y.map((v) => (v === level ? 1 : 0)),
    like,
  );

/** Logits `0, a₀ + a₁ x, b₀ + b₁ x`. */
export const multinomial = posterior({
  name: "multinomial",
  half: "held",
  names: ["a0", "a1", "b0", "b1"],
  answers: three.answers,
  energy(u) {
    const { x, y } = three.data;
    const [a, b] = [linear(columns(u, 0, 2), x), linear(columns(u, 2, 4), x)];
    // log(1 + eᵃ + eᵇ) by two softplus.
    const norm = softplus(add(a, softplus(sub(b, a))));
    const chosen = add(mul(isLevel(y, 1, u), a), mul(isLevel(y, 2, u), b));
    return add(total(sub(norm, chosen)), normalPrior(u, 0, 3));
  },
});

/** Four levels, `P(y ≤ k) = σ(c_k − b x)`, the cutpoints by the first of them and the logarithms of the gaps. */
export const orderedLogit = posterior({
  name: "ordered logit",
  half: "design",
  names: ["slope", "first", "logGap2", "logGap3"],
  answers: levels.answers,
  energy(u) {
    const { x, y } = levels.data;
    const gaps = [exp(columns(u, 2)), exp(columns(u, 3))] as const;
    const first = sub(columns(u, 1), mul(columns(u, 0), row(x, u)));
    const second = add(first, gaps[0]);
    const third = add(second, gaps[1]);
    // −log(σ(s) − σ(r)) = −log σ(s) − log σ(−r) − log(1 − e^{r − s}), for r < s.
    const between = (r: Expr, s: Expr, gap: Expr): Expr =>
      sub(add(softplus(neg(s)), softplus(r)), log(neg(expm1(neg(gap)))));
    const terms = [
      softplus(neg(first)),
      between(first, second, gaps[0]),
      between(second, third, gaps[1]),
      softplus(third),
    ];
    return addAll([
      ...terms.map((term, level) => total(mul(isLevel(y, level, u), term))),
      normalPrior(u, 0, [3, 3, 1, 1]),
    ]);
  },
});

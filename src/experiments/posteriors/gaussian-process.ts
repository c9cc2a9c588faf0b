/** A covariance kernel with three hyperparameters. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, div, exp, log, mul, sub } from "../../ops/arithmetic.js";
import { reshape, slice } from "../../ops/shape.js";
import { columns, normalPrior, table } from "./parts.js";
import { posterior } from "./posterior.js";
import { gaussianProcess as curve } from "./tables.js";

/**
 * `log det K` and `yᵀ K⁻¹ y` of matrices `(n, m, m)` with y added as a last row and column: what elimination leaves is
 * `−yᵀ K⁻¹ y`, and the pivots are those of Cholesky's factor squared.
 */
function eliminate(bordered: Expr): { logDet: Expr; quadratic: Expr } {
  const pivots: Expr[] = [];
  let left = bordered;
  const n = left.shape[0]!;
  for (let m = left.shape[1]!; m > 1; m--) {
    const pivot = slice(slice(left, 1, 0, 1), 2, 0, 1);
    const below = slice(slice(left, 1, 1), 2, 0, 1);
    const beside = slice(slice(left, 1, 0, 1), 2, 1);
    pivots.push(log(reshape(pivot, [n])));
    left = sub(slice(slice(left, 1, 1), 2, 1), mul(div(below, pivot), beside));
  }
  return { logDet: addAll(pivots), quadratic: mul(-1, reshape(left, [n])) };
}

/** `y ~ N(0, a² e^{−(x − x′)²/2ℓ²} + s² I)` at 10 points, in `(log a, log ℓ, log s)`. */
export const gaussianProcess = posterior({
  name: "GP kernel",
  half: "held",
  names: ["logAmplitude", "logLength", "logNoise"],
  answers: curve.answers,
  energy(u) {
    const { x, y } = curve.data;
    const [n, m] = [u.shape[0]!, x.length];
    const cell = (f: (i: number, j: number) => number): Expr =>
      table(
        Array.from({ length: (m + 1) ** 2 }, (_, k) => f(Math.floor(k / (m + 1)), k % (m + 1))),
        [1, m + 1, m + 1],
        u,
      );
    const inside = (i: number, j: number): boolean => i < m && j < m;
    const [amplitude, length, noise] = [0, 1, 2].map((k) => reshape(exp(mul(2, columns(u, k))), [n, 1, 1])) as [
      Expr,
      Expr,
      Expr,
    ];
    const squares = cell((i, j) => (inside(i, j) ? (x[i]! - x[j]!) ** 2 : 0));
    const kernel = mul(amplitude, exp(div(mul(-0.5, squares), length)));
    const data = cell((i, j) => (i === m && j < m ? y[j]! : j === m && i < m ? y[i]! : 0));
    const bordered = addAll([
      mul(
        cell((i, j) => (inside(i, j) ? 1 : 0)),
        kernel,
      ),
      mul(
        cell((i, j) => (i === j && i < m ? 1 : 0)),
        noise,
      ),
      data,
    ]);
    const { logDet, quadratic } = eliminate(bordered);
    return add(mul(0.5, add(logDet, quadratic)), prior(u));
  },
});

const prior = (u: Expr): Expr =>
  addAll([normalPrior(columns(u, 0), 0, 1), normalPrior(columns(u, 1), 0, 0.5), normalPrior(columns(u, 2), -1, 0.7)]);

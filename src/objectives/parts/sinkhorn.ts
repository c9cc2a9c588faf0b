/** Entropic optimal transport between two batches, and pairs drawn from it. */

import type { Expr } from "../../ir/expr.js";
import { add, div, exp, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { scan } from "../../ops/control.js";
import { maximum, minimum } from "../../ops/extrema.js";
import { cumsum, gather, zerosLike } from "../../ops/indexing.js";
import { cast } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { lessEqual, where } from "../../ops/logic.js";
import { expandDims, reshape, slice, sum } from "../../ops/shape.js";
import { logSoftmax, logSumExp, mean } from "../../ops/special.js";
import { sizeOf } from "../../util/tensor.js";

/** `|xᵢ − yⱼ|²` of points `(n, ...event)` and `(m, ...event)`: `(n, m)`. */
export function squaredDistances(x: Expr, y: Expr): Expr {
  const [a, b] = [x, y].map((e) => reshape(e, [e.shape[0]!, sizeOf(e.shape.slice(1))])) as [Expr, Expr];
  const squares = add(expandDims(sum(square(a), 1), 1), expandDims(sum(square(b), 1), 0));
  return maximum(sub(squares, mul(2, matmul(a, b, { transposeB: true }))), 0);
}

/**
 * `log P(j | i)`, `(n, m)`, of the coupling P with uniform marginals that minimises `Σ P C + ε Σ P log P`, where ε is
 * `regularisation` times the mean cost: the optimal transport as ε → 0, independence as it grows. Found by Sinkhorn's
 * iteration on logarithms, `gⱼ ← −log Σᵢ exp(fᵢ − Cᵢⱼ/ε)` and the same for f. Rows are normalised last: each is a law,
 * however few the iterations, and what is left of the error is in how often a column is used.
 * Source: Cuturi (2013), Sinkhorn distances.
 */
export function sinkhorn(cost: Expr, regularisation: number, iterations: number): Expr {
  const kernel = neg(div(cost, mul(regularisation, mean(cost))));
  const rows = (e: Expr): Expr => expandDims(e, 1);
  const columns = (e: Expr): Expr => expandDims(e, 0);
  const scale = (f: Expr): Expr => neg(logSumExp(add(kernel, rows(f)), 0));
  const { f } = scan({ init: { f: zerosLike(mean(cost, 1)) }, length: iterations }, (state) => ({
    state: { f: neg(logSumExp(add(kernel, columns(scale(state.f))), 1)) },
  })).state;
  return logSoftmax(add(kernel, columns(scale(f))), 1);
}

/**
 * For each row of `log P(j | i) (n, m)` one of the points `y (m, ...event)`, drawn by a uniform number `(n)`. Points keep
 * their law, which the mean of a row, its barycentre, does not: means vary less than what they are means of.
 */
export function drawPartners(logCoupling: Expr, y: Expr, uniform: Expr): Expr {
  const m = logCoupling.shape[1]!;
  const running = cumsum(exp(logCoupling), 1);
  const below = mul(expandDims(uniform, 1), slice(running, 1, m - 1));
  const passed = sum(where(lessEqual(running, below), 1, 0), 1);
  // A uniform number below 1 may round to it when multiplied.
  return gather(y, cast(minimum(passed, m - 1), "int64"));
}

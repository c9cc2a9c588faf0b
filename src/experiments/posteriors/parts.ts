/** Pieces that log-densities are made of. */

import type { Expr } from "../../ir/expr.js";
import { add, addAll, div, log, mul, neg, reciprocal, square, sub } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { reshape, slice, sum } from "../../ops/shape.js";
import { softplus } from "../../ops/special.js";
import { cast, type Shape, tensor } from "../../util/tensor.js";

/** Numbers as a constant in the width of an expression. */
export const table = (data: readonly number[], shape: Shape, like: Expr): Expr =>
  constant(cast(tensor(Float64Array.from(data), shape), like.dtype as "float32" | "float64"));

/** A row of numbers `(1, n)`. */
export const row = (data: readonly number[], like: Expr): Expr => table(data, [1, data.length], like);

/** Coordinates `from … to` of points, `(n, to − from)`. */
export const columns = (x: Expr, from: number, to = from + 1): Expr => slice(x, 1, from, to);

/** One coordinate, `(n)`. */
export const column = (x: Expr, i: number): Expr => reshape(columns(x, i), [x.shape[0]!]);

/** `(n, k)` summed to `(n)`. */
export const total = (x: Expr): Expr => sum(x, 1);

/** Linear predictors `(n, rows)` of coefficients `(n, p)`, the first of them the intercept, for covariates `(rows, p − 1)`. */
export function linear(b: Expr, covariates: readonly (number | readonly number[])[]): Expr {
  const rows = covariates.map((x) => [1, ...(typeof x === "number" ? [x] : x)]);
  return matmul(b, table(rows.flat(), [rows.length, rows[0]!.length], b), { transposeB: true });
}

/** `Σ ((u − mean)/sd)²/2` over the coordinates of `(n, k)`. */
export function normalPrior(u: Expr, mean: number, sd: number | readonly number[]): Expr {
  const sds = typeof sd === "number" ? Array<number>(u.shape[1]!).fill(sd) : sd;
  return mul(0.5, total(square(div(sub(u, mean), row(sds, u)))));
}

/** `−log(1 − tanh² u)`: the Jacobian of a uniform law of `tanh u`. */
export const tanhPrior = (u: Expr): Expr => mul(2, add(u, sub(softplus(mul(-2, u)), Math.log(2))));

/** `−log` of the density of `log v` for a half-Cauchy `v` of a scale. */
export const halfCauchyPrior = (logV: Expr, scale = 1): Expr => sub(softplus(mul(2, sub(logV, Math.log(scale)))), logV);

/** Terms of Stirling's series, and how far it is moved up so that they suffice to 1e-12. */
const SHIFT = 8;

/** `log Γ(x)` for positive x, by Stirling's series at `x + 8`. */
export function logGamma(x: Expr): Expr {
  const z = add(x, SHIFT);
  const inverse = reciprocal(z);
  const s = square(inverse);
  const series = mul(inverse, add(1 / 12, mul(s, add(-1 / 360, mul(s, add(1 / 1260, mul(s, -1 / 1680)))))));
  const shifts = Array.from({ length: SHIFT }, (_, k) => log(add(x, k)));
  return addAll([mul(sub(z, 0.5), log(z)), neg(z), series, neg(addAll(shifts)), Math.log(2 * Math.PI) / 2]);
}

/**
 * `Σⱼ [log Γ(a + yⱼ) − log Γ(a)] = Σ_k #{j: yⱼ > k} log(a + k)` for counts y and a of shape `(n, 1)`: `(n)`.
 */
export function risingFactorials(a: Expr, counts: readonly number[]): Expr {
  const most = Math.max(...counts);
  const ks = Array.from({ length: most }, (_, k) => k);
  const times = ks.map((k) => counts.filter((y) => y > k).length);
  return total(mul(row(times, a), log(add(a, row(ks, a)))));
}

/** Derivatives of expressions, as expressions. They nest without limit. */

import type { Expr } from "../ir/expr.js";
import { expectFloat, expectShape } from "../ir/type.js";
import { mul } from "../ops/arithmetic.js";
import { zerosLike } from "../ops/indexing.js";
import { input, scalar } from "../ops/leaf.js";
import { pullback } from "../ops/pullback.js";
import { expandDims, reshape, stack, sum } from "../ops/shape.js";
import { sizeOf } from "../util/tensor.js";
import { basis } from "./basis.js";

/** A list of expressions with the length of another list. */
type Like<W extends readonly Expr[]> = { readonly [I in keyof W]: Expr };

/**
 * `∂y/∂x` of a scalar for each `x` of `wrt`, which may be any expressions of the graph and count as independent.
 * Zeros where `y` does not depend on one. The trap: operations on a constant with equal elements are computed when
 * they are built, and the body of a loop has its own copy of any constant. So differentiate by inputs, or by
 * `stopGradient` of a constant; by the constant itself the answer may be zero.
 * @throws ShapeError when `y` is not a floating-point scalar.
 */
export function grad<const W extends readonly Expr[]>(y: Expr, wrt: W): Like<W> {
  expectFloat("grad", y);
  expectShape("grad", "the differentiated value", y.shape, []);
  return vjp([y], [scalar(1, y.dtype)], wrt);
}

/** `Σᵢ gᵢ · ∂yᵢ/∂x` for each `x`: the product of a row vector with the Jacobian. */
export function vjp<const W extends readonly Expr[]>(
  ys: readonly Expr[],
  gs: readonly (Expr | null)[],
  wrt: W,
): Like<W> {
  const pulled = pullback(ys, gs, wrt);
  return wrt.map((x, i) => pulled[i] ?? zerosLike(x)) as unknown as Like<W>;
}

/**
 * `∂y/∂x · v`: the product of the Jacobian with a vector, as the derivative of the reverse walk by its cotangent,
 * which is linear in it.
 */
export function jvp(y: Expr, x: Expr, v: Expr): Expr {
  const u = input("u", y.shape, y.dtype);
  const [row] = vjp([y], [u], [x]);
  const [column] = vjp([row], [v], [u]);
  return column;
}

/** `∇²y · v` for a scalar `y`, without the matrix. */
export function hvp(y: Expr, x: Expr, v: Expr): Expr {
  const [g] = grad(y, [x]);
  return grad(sum(mul(g, v)), [x])[0];
}

/**
 * Jacobian of rows: for `y (n, …a)` computed row by row from `x (n, …b)`, the tensor `(n, size a, size b)`.
 * The trap: if rows of `y` mix rows of `x`, the answer is their sum.
 */
export function rowJacobian(y: Expr, x: Expr): Expr {
  const n = y.shape[0]!;
  const [a, b] = [sizeOf(y.shape.slice(1)), sizeOf(x.shape.slice(1))];
  const flat = reshape(y, [n, a]);
  const rows = Array.from({ length: a }, (_, i) => {
    const [row] = vjp([flat], [basis(n, a, i, y.dtype as "float32" | "float64")], [x]);
    return reshape(row, [n, b]);
  });
  return stack(rows, 1);
}

/** Trace of a row-wise Jacobian `(n)`, exactly: one reverse walk per coordinate. */
export function rowTrace(y: Expr, x: Expr): Expr {
  const n = y.shape[0]!;
  const d = sizeOf(y.shape.slice(1));
  const flat = reshape(y, [n, d]);
  const terms = Array.from({ length: d }, (_, i) => {
    const e = basis(n, d, i, y.dtype as "float32" | "float64");
    const [row] = vjp([flat], [e], [x]);
    return expandDims(sum(mul(reshape(row, [n, d]), e), 1), 1);
  });
  return sum(stack(terms, 1), [1, 2]);
}

/** Hutchinson's (1989) estimate `vᵀ J v` of the trace `(n)`; unbiased when `E[v vᵀ] = I`. */
export function rowTraceEstimate(y: Expr, x: Expr, v: Expr): Expr {
  const [row] = vjp([y], [v], [x]);
  const product = mul(row, v);
  return sum(product, product.shape.map((_, i) => i).slice(1));
}

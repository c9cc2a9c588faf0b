import type { Expr } from "../../ir/expr.js";
import { mul, sub } from "../../ops/arithmetic.js";
import { cast, constant, stopGradient } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { tensor } from "../../util/tensor.js";

/** The identity `(n, n)`. */
export const eye = (n: number, like: Expr): Expr =>
  cast(
    constant(
      tensor(
        Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
        [n, n],
      ),
    ),
    like.dtype,
  );

/**
 * Inverse of a triangular matrix `A (n, n)` with ones on its diagonal, by Newton's `X ← X (2I − A X)` from the identity:
 * what is left, `I − A X`, is nilpotent and squares at each step, so that ⌈log₂ n⌉ steps are exact. No derivative passes
 * through them. Two more steps carry the derivatives: each doubles the order to which they are those of the inverse, so
 * the first three are right; they also take out the rounding of those before.
 */
export function unitTriangularInverse(a: Expr): Expr {
  const n = a.shape[0]!;
  const twice = mul(2, eye(n, a));
  const newton = (x: Expr, of: Expr): Expr => matmul(x, sub(twice, matmul(of, x)));
  const given = stopGradient(a);
  let x = eye(n, a);
  for (let steps = Math.ceil(Math.log2(n)); steps > 0; steps--) x = newton(x, given);
  x = stopGradient(x);
  return newton(newton(x, a), a);
}

/** Inverse temperatures of blocks. */

import type { Expr, Operand } from "../ir/expr.js";
import { mul } from "../ops/arithmetic.js";
import { reshape } from "../ops/shape.js";

/** `β x` where β is a number, a scalar, or one number a row `(n)` of `x (n, ...)`. */
export const timesBeta = (beta: Operand, x: Expr): Expr =>
  mul(
    typeof beta === "number" || beta.shape.length === 0
      ? beta
      : reshape(beta, [...beta.shape, ...x.shape.slice(1).map(() => 1)]),
    x,
  );

import type { Expr } from "../ir/expr.js";
import { add, div, exp, mul, neg, sub, tanh } from "../ops/arithmetic.js";
import { reshape, slice } from "../ops/shape.js";
import type { ScalarTransform } from "./coupling.js";

/**
 * `y = x eˢ + t` with the scale bounded, `s = c tanh(s₀ / c)`: an unbounded scale overflows early in training and
 * makes states whose importance weight is so large that a chain never leaves them.
 */
export function affineTransform(bound: number): ScalarTransform {
  const numbers = (theta: Expr): [s: Expr, t: Expr] => {
    const shape = theta.shape.slice(0, 2);
    const [s0, t] = [0, 1].map((i) => reshape(slice(theta, 2, i, i + 1), shape)) as [Expr, Expr];
    return [mul(bound, tanh(div(s0, bound))), t];
  };
  return {
    size: 2,
    forward(x, theta) {
      const [s, t] = numbers(theta);
      return { y: add(mul(x, exp(s)), t), logDet: s };
    },
    inverse(y, theta) {
      const [s, t] = numbers(theta);
      return { x: mul(sub(y, t), exp(neg(s))), logDet: neg(s) };
    },
  };
}

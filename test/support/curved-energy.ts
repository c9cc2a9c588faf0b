/** `E(a, b) = eᵃ − a + (b − a²)²/2`, neither quadratic nor symmetric, as an expression and by hand. */

import type { Expr } from "../../src/ir/expr.js";
import { add, exp, mul, square, sub } from "../../src/ops/arithmetic.js";
import { reshape, slice } from "../../src/ops/shape.js";

export type Point = readonly [a: number, b: number];

/** `(batch, 2) → (batch)`. */
export function curvedEnergy(x: Expr): Expr {
  const [a, b] = [0, 1].map((i) => reshape(slice(x, 1, i, i + 1), [x.shape[0]!])) as [Expr, Expr];
  return add(sub(exp(a), a), mul(0.5, square(sub(b, square(a)))));
}

export const curvedEnergyAt = ([a, b]: Point): number => Math.exp(a) - a + (b - a * a) ** 2 / 2;

export const curvedGradientAt = ([a, b]: Point): Point => [Math.exp(a) - 1 - 2 * a * (b - a * a), b - a * a];

import type { Expr } from "../ir/expr.js";
import { add, div, mul, sub } from "../ops/arithmetic.js";
import { minimum } from "../ops/extrema.js";

/**
 * Exponential moving average of parameters: `a ← d a + (1 − d) θ`, with `d = min(decay, (1 + t)/(10 + t))` so that
 * early averages forget the start. `step` counts updates from 0.
 */
export function movingAverage(average: Expr, params: Expr, step: Expr, decay: number): Expr {
  const d = minimum(div(add(step, 1), add(step, 10)), decay);
  return add(params, mul(d, sub(average, params)));
}

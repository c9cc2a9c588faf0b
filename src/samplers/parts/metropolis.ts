/** What Metropolis–Hastings kernels share (Metropolis et al. 1953; Hastings 1970). */

import { grad } from "../../autodiff/grad.js";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { exp, log } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { minimum } from "../../ops/extrema.js";
import { constantValue, stopGradient } from "../../ops/leaf.js";
import { finite, less, where } from "../../ops/logic.js";
import { concat, reshape, sum } from "../../ops/shape.js";
import { sizeOf } from "../../util/tensor.js";

/**
 * Move each chain to its proposed state with probability `min(1, e^r)`, all cached values with it. A proposal whose
 * log-ratio is NaN (it left the domain of the energy) is rejected.
 * @param logRatio `r (chains)`.
 * @param uniform `(chains)` on (0, 1).
 */
export function accept<Names extends string>(
  logRatio: Expr,
  uniform: Expr,
  proposed: ExprRecord<Names>,
  current: ExprRecord<Names>,
): { state: ExprRecord<Names>; acceptance: Expr; accepted: Expr } {
  // −∞ means certain rejection and +∞ certain acceptance; only NaN is neither above nor below anything.
  const accepted = less(log(uniform), logRatio);
  const state = Object.fromEntries(
    Object.entries<Expr>(proposed).map(([name, value]) => [name, chooseRows(accepted, value, current[name as Names])]),
  ) as ExprRecord<Names>;
  const bounded = minimum(logRatio, 0);
  return { state, accepted, acceptance: where(finite(bounded), exp(bounded), 0) };
}

/** Rows of `a` where the condition holds, else of `b`: `(chains)` against `(chains, ...)`. */
export function chooseRows(condition: Expr, a: Expr, b: Expr): Expr {
  const rows = condition.shape[0]!;
  const size = sizeOf(a.shape.slice(1));
  if (size > FEW) return where(reshape(condition, [rows, ...a.shape.slice(1).map(() => 1)]), a, b);
  // The engine selects several times faster by a condition of full size than by one it has to repeat.
  const column = reshape(condition, [rows, 1]);
  return where(reshape(concat(Array<Expr>(size).fill(column), 1), a.shape), a, b);
}

/** Numbers in a point up to which repeating a condition costs less than broadcasting it. */
const FEW = 8;

/** `E(x)` and `∇E(x)` at positions. Rows do not interact, so the gradient of the sum is that of each row. */
export function energyAndGradient(energy: EnergyFunction, x: Expr): { energy: Expr; gradient: Expr } {
  // Operations on a constant are computed while the graph is built, and leave nothing to differentiate.
  const at = constantValue(x) === undefined ? x : stopGradient(x);
  const e = energy(at);
  const [gradient] = grad(sum(e), [at]);
  return { energy: e, gradient };
}

/** Sum over the axes of one point: `(chains, ...event) → (chains)`. */
export const sumEvent = (x: Expr): Expr => sum(x, x.shape.map((_, i) => i).slice(1));

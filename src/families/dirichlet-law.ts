/** Dirichlet laws by their concentrations: `A(α) = Σ log Γ(αᵢ) − log Γ(Σ αᵢ)`, of which `T` is the logarithms. */

import { InputError, NumericError } from "../util/errors.js";
import { digamma, logGamma, trigamma } from "../util/gamma-functions.js";
import type { Vector } from "./rows.js";

const total = (v: readonly number[]): number => v.reduce((s, a) => s + a, 0);

/** `log B(α)`. */
export const logBeta = (alpha: Vector): number => {
  const list = Array.from(alpha);
  return list.reduce((s, a) => s + logGamma(a), -logGamma(total(list)));
};

/** `E log xᵢ = ψ(αᵢ) − ψ(Σ α)`. */
export function meanLogs(alpha: Vector): number[] {
  const list = Array.from(alpha);
  const all = digamma(total(list));
  return list.map((a) => digamma(a) - all);
}

/** `Cov(log xᵢ, log xⱼ) = ψ′(αᵢ) [i = j] − ψ′(Σ α)`. */
export function logCovariance(alpha: Vector): number[] {
  const list = Array.from(alpha);
  const all = trigamma(total(list));
  return list.flatMap((a, i) => list.map((_, j) => (i === j ? trigamma(a) : 0) - all));
}

/** What a step of rounding no longer changes, and steps taken at most. */
const [SMALL, STEPS] = [1e-10, 200];

/**
 * The α whose mean logarithms are given: Newton's method on the convex `A(α) − α · μ`, halved where it leaves the positive
 * numbers or climbs. The Hessian is a diagonal less a constant, so a step costs as much as a gradient (Minka 2000).
 * @throws InputError where there is none: the geometric means must sum to less than 1.
 */
export function solveMeanLogs(mu: Vector): number[] {
  const target = Array.from(mu);
  const mass = total(target.map(Math.exp));
  if (!(mass < 1 - 1e-13))
    throw new InputError(
      `geometric means sum to ${mass}; they must be below 1 for the likelihood to have a maximum: rows must differ`,
    );
  const value = (a: readonly number[]): number => logBeta(a) - total(a.map((v, i) => v * target[i]!));
  let alpha = target.map(() => 1);
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0; i < STEPS; i++) {
    const step = newtonStep(alpha, target);
    const here = value(alpha);
    let share = 1;
    const moved = (): number[] => alpha.map((a, k) => a - share * step[k]!);
    const worse = (a: readonly number[]): boolean =>
      a.some((v) => !(v > 0)) || value(a) > here + 1e-12 * Math.abs(here);
    while (share > 1e-12 && worse(moved())) share /= 2;
    const size = Math.max(...step.map((s, k) => Math.abs(s) / alpha[k]!));
    alpha = moved();
    // Done, or as far as rounding lets it go.
    if (share === 1 && (size < SMALL || (size < 1e-5 && size > last / 2))) return alpha;
    last = size;
  }
  throw new NumericError(`Newton's method has not found concentrations of mean logarithms ${target.join(", ")}`);
}

/** `H⁻¹ g` by Sherman & Morrison. */
function newtonStep(alpha: readonly number[], target: readonly number[]): number[] {
  const g = meanLogs(alpha).map((m, i) => m - target[i]!);
  const q = alpha.map(trigamma);
  const all = trigamma(total(alpha));
  const shift = (all * total(g.map((v, i) => v / q[i]!))) / (1 - all * total(q.map((v) => 1 / v)));
  return g.map((v, i) => (v + shift) / q[i]!);
}

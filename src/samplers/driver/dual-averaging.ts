/**
 * Dual averaging of the logarithm of a step size: Nesterov (2009), Hoffman & Gelman (2014). It moves fast at first and
 * settles on the average of what it tried, weighted towards the end.
 */

import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import type { FloatTensor } from "../../util/tensor.js";
import { tensor } from "../../util/tensor.js";

/** γ: how strongly errors pull; t₀: how much the first steps count; κ: how fast old step sizes are forgotten. */
const [GAMMA, T0, KAPPA] = [0.05, 10, 0.75];

/** Scalars: the logarithm of the step size in use and of its average, the mean error so far, and where it is drawn to. */
export type Averaging = Readonly<Record<"logStep" | "logAverage" | "error" | "anchor", number>>;

/** Start, or start again, from a step size: drawn to ten times as much, since too long a step is found out sooner. */
export const startAveraging = (stepSize: number): Averaging => ({
  logStep: Math.log(stepSize),
  logAverage: Math.log(stepSize),
  error: 0,
  anchor: Math.log(10 * stepSize),
});

/** A step size that no longer moves. */
export const freezeAveraging = ({ logAverage }: Averaging): Averaging => ({
  logStep: logAverage,
  logAverage,
  error: 0,
  anchor: logAverage,
});

/** What the update of each of `steps` steps is made with, from the `t`-th (from 0) since the start; zeros when frozen. */
export function averagingRates(
  t: number,
  steps: number,
  frozen: boolean,
): Record<"rate" | "gain" | "weight", FloatTensor> {
  const each = (f: (t: number) => number): FloatTensor =>
    tensor(Float64Array.from({ length: steps }, (_, i) => (frozen ? 0 : f(t + i + 1))));
  return { rate: each((n) => 1 / (n + T0)), gain: each((n) => Math.sqrt(n) / GAMMA), weight: each((n) => n ** -KAPPA) };
}

/**
 * `H̄ ← H̄ + (δ − α − H̄)/(t + t₀)`, `log ε = μ − √t/γ H̄`, `log ε̄ ← t^−κ log ε + (1 − t^−κ) log ε̄`.
 * With rates of zero and the anchor at the step size nothing moves.
 */
export function averagingStep(
  state: ExprRecord<keyof Averaging>,
  { rate, gain, weight }: ExprRecord<"rate" | "gain" | "weight">,
  acceptance: Expr,
  target: number,
): ExprRecord<keyof Averaging> {
  const error = add(state.error, mul(rate, sub(sub(target, acceptance), state.error)));
  const logStep = sub(state.anchor, mul(gain, error));
  const logAverage = add(state.logAverage, mul(weight, sub(logStep, state.logAverage)));
  return { logStep, logAverage, error, anchor: state.anchor };
}

/**
 * Dual averaging of the logarithm of a step size: Nesterov (2009), Hoffman & Gelman (2014). It moves fast at first and
 * settles on the average of what it tried, weighted towards the end.
 */

import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { mean, median } from "../../util/moments.js";
import type { FloatTensor } from "../../util/tensor.js";
import { tensor } from "../../util/tensor.js";

/** γ: how strongly errors pull; t₀: how much the first steps count; κ: how fast old step sizes are forgotten. */
const [GAMMA, T0, KAPPA] = [0.05, 10, 0.75];

/**
 * A number a chain: the logarithm of the step size in use and of its average, the mean error so far, and where it is
 * drawn to.
 */
export type Averaging = Readonly<Record<"logStep" | "logAverage" | "error" | "anchor", Float64Array>>;

/** Start, or start again, from step sizes: drawn to ten times as much, since too long a step is found out sooner. */
export function startAveraging(stepSizes: Float64Array): Averaging {
  const logs = stepSizes.map(Math.log);
  return {
    logStep: logs,
    logAverage: logs,
    error: new Float64Array(logs.length),
    anchor: logs.map((v) => v + Math.log(10)),
  };
}

/** Step sizes that no longer move. */
export const freezeAveraging = ({ logAverage }: Averaging): Averaging => ({
  logStep: logAverage,
  logAverage,
  error: new Float64Array(logAverage.length),
  anchor: logAverage,
});

/** Up to what factor from the median step sizes of chains differ by the noise of their averaging. */
const NOISE = 2;

/**
 * One step size for the chains whose own ones differ by little more than noise, their geometric mean: it is known better
 * than any of them, and chains that move in lockstep then seldom wait for one another. One that is far off, as in a
 * steeper place, is kept.
 */
export function shareAveraging(averaging: Averaging): Averaging {
  const { logAverage } = averaging;
  const typical = median(logAverage);
  const isNear = (v: number): boolean => Math.abs(v - typical) <= Math.log(NOISE);
  const shared = mean(logAverage.filter(isNear));
  return { ...averaging, logAverage: logAverage.map((v) => (isNear(v) ? shared : v)) };
}

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
 * @param acceptance `(chains)`.
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

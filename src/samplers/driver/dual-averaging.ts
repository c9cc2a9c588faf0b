/**
 * Dual averaging of the logarithm of a step size: Nesterov (2009), Hoffman & Gelman (2014). It moves fast at first and
 * settles on the average of what it tried, weighted towards the end.
 */

import type { Expr, Operand } from "../../ir/expr.js";
import { add, div, mul, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { maximum } from "../../ops/extrema.js";
import { less, where } from "../../ops/logic.js";
import { broadcastTo, reshape, sum } from "../../ops/shape.js";
import { mean, median } from "../../util/moments.js";
import type { FloatTensor } from "../../util/tensor.js";
import { tensor } from "../../util/tensor.js";

/** γ: how strongly errors pull; t₀: how much the first steps count; κ: how fast old step sizes are forgotten. */
const [GAMMA, T0, KAPPA] = [0.05, 10, 0.75];

/**
 * A number a chain: the logarithm of the step size in use and of its average, the mean error so far, where it is drawn
 * to, and 1 where the chain shares its step size with others.
 */
export type Averaging = Readonly<Record<"logStep" | "logAverage" | "error" | "anchor" | "shared", Float64Array>>;

/** Start, or start again, from step sizes: drawn to ten times as much, since too long a step is found out sooner. */
export function startAveraging(stepSizes: Float64Array): Averaging {
  const logs = stepSizes.map(Math.log);
  const zeros = new Float64Array(logs.length);
  return { logStep: logs, logAverage: logs, error: zeros, anchor: logs.map((v) => v + Math.log(10)), shared: zeros };
}

/** Up to what factor from the median a chain's step size is of one kind with the others'. */
const ALIKE = 4;

/**
 * The chains of one kind have one step size from now on, by the mean of their acceptances: it is known better than any of
 * their own would be, and chains that move in lockstep seldom wait for one another. It begins as their geometric mean;
 * one that is far off, as in a steeper place, goes on by itself. The averaging goes on as well, and is drawn to where it
 * is.
 */
export function joinAveraging({ logAverage, error }: Averaging): Averaging {
  const typical = median(logAverage);
  const isNear = (v: number): boolean => Math.abs(v - typical) <= Math.log(ALIKE);
  const common = mean(logAverage.filter(isNear));
  const logs = logAverage.map((v) => (isNear(v) ? common : v));
  const shared = logAverage.map((v) => (isNear(v) ? 1 : 0));
  return { logStep: logs, logAverage: logs, error: new Float64Array(error.length), anchor: logs, shared };
}

/** {@link joinAveraging} and a start again. */
export function startTogether(stepSizes: Float64Array): Averaging {
  const { logAverage, shared } = joinAveraging(startAveraging(stepSizes));
  return { ...startAveraging(logAverage.map(Math.exp)), shared };
}

/** Step sizes that no longer move. */
export const freezeAveraging = ({ logAverage, shared }: Averaging): Averaging => ({
  logStep: logAverage,
  logAverage,
  error: new Float64Array(logAverage.length),
  anchor: logAverage,
  shared,
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
 * α is a chain's own, or the mean of those that share. With rates of zero and the anchor at the step size nothing moves.
 * @param acceptance `(chains)`.
 * @param teams how many chains, one behind the other, are a team, and 1 where teams share apart from one another, else 0;
 * left out, all chains share.
 */
export function averagingStep(
  state: ExprRecord<keyof Averaging>,
  { rate, gain, weight }: ExprRecord<"rate" | "gain" | "weight">,
  acceptance: Expr,
  target: Operand,
  teams?: { readonly size: number; readonly apart: Expr },
): ExprRecord<keyof Averaging> {
  const total = (x: Expr): Expr =>
    teams ? where(less(0.5, teams.apart), totalOfTeams(x, teams.size), sum(x)) : sum(x);
  const among = div(total(mul(state.shared, acceptance)), maximum(total(state.shared), 1));
  const reached = where(less(0.5, state.shared), among, acceptance);
  const error = add(state.error, mul(rate, sub(sub(target, reached), state.error)));
  const logStep = sub(state.anchor, mul(gain, error));
  const logAverage = add(state.logAverage, mul(weight, sub(logStep, state.logAverage)));
  return { ...state, logStep, logAverage, error };
}

/** To each of the chains the sum over its team. */
function totalOfTeams(x: Expr, size: number): Expr {
  const [chains] = x.shape as [number];
  const each = reshape(sum(reshape(x, [chains / size, size]), 1), [chains / size, 1]);
  return reshape(broadcastTo(each, [chains / size, size]), [chains]);
}

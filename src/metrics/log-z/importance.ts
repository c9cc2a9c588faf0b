/** What importance weights say: the normaliser, an average, and whether to believe either. */

import { ShapeError } from "../../util/errors.js";
import { mean, variance } from "../../util/moments.js";
import { noOptions } from "../../util/options.js";
import { normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { kishSize, normaliseLogWeights } from "./log-weights.js";
import { heavyTailError, type ParetoK, paretoFit } from "./pareto-k.js";

/** How far an importance estimate can be trusted. */
export interface WeightQuality {
  /** `(Σ w)²/Σ w²`, in draws. */
  readonly effectiveSampleSize: number;
  readonly pareto: ParetoK;
  /** Why the estimate is not to be trusted; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** The quality of log-weights that were normalised before. */
export function weightQuality(logWeights: ArrayLike<number>, weights: Float64Array): WeightQuality {
  const pareto = paretoFit(logWeights);
  const effectiveSampleSize = kishSize(weights);
  return { effectiveSampleSize, pareto, note: noteOn(effectiveSampleSize, weights.length, pareto) };
}

/**
 * The relative standard error above which the mean of positive weights hangs on too few of them: fewer than a hundred
 * carry it, and what weighs most may not have been drawn.
 */
const LOOSEST = 0.1;

function noteOn(size: number, draws: number, { k, threshold, reliable, tail }: ParetoK): string | null {
  if (size === 0) return "no draw has weight: the proposal misses the target";
  // Of weights that hardly vary even a few draws tell the mean.
  if (reliable && 1 / size - 1 / draws > LOOSEST ** 2)
    return `only about ${Math.round(size)} draws carry it: what weighs most may not have been drawn`;
  if (reliable) return null;
  if (k === Number.POSITIVE_INFINITY) return `too few draws to judge the weights (${tail} in their tail, 5 needed)`;
  return `Pareto k is ${k.toFixed(2)}, above ${threshold.toFixed(2)}: the weights' tail is too heavy, neither the value nor its error can be trusted`;
}

/**
 * `log Ẑ = log (1/S) Σ wᵢ` from draws of a normalised proposal, `wᵢ = p̃(xᵢ)/q(xᵢ)`; standard error by the delta
 * method, `sd(w)/(√S w̄)`, or {@link heavyTailError} where that is more. The draws are taken as independent.
 * The trap: `Ẑ` is unbiased, so `log Ẑ` is low on average (by about half its squared error), and far too low when the
 * proposal misses a mode, of which no error bar can tell.
 * Throws NumericError for a log-weight that is NaN or `+∞`. Source: Owen (2013), chapter 9.
 */
export const importance = metric({
  name: "importance",
  about: "The log-normaliser from log-weights, with its error, effective sample size and Pareto k.",
  cite: "Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  of: "log-weights",
  options: noOptions,
  compute(logWeights: ArrayLike<number>): WeightQuality & { readonly logZ: Estimate } {
    const { weights, logSum } = normaliseLogWeights("importance", logWeights);
    const size = weights.length;
    const quality = weightQuality(logWeights, weights);
    const usual = Math.sqrt(variance(weights) / size) / mean(weights);
    const error = quality.pareto.reliable ? Math.max(usual, heavyTailError(logWeights)) : usual;
    return { logZ: normalEstimate(logSum - Math.log(size), error), ...quality };
  },
});

/** Standard error of `μ̂ = Σ w̃ᵢ fᵢ`, weights summing to 1: `√Σ w̃ᵢ² (fᵢ − μ̂)²`. */
function selfNormalisedError(weights: Float64Array, values: ArrayLike<number>, centre: number): number {
  return Math.sqrt(weights.reduce((s, w, i) => s + (w === 0 ? 0 : w * w * (values[i]! - centre) ** 2), 0));
}

/**
 * Self-normalised mean `μ̂ = Σ wᵢ fᵢ/Σ wᵢ`, standard error `√Σ w̃ᵢ² (fᵢ − μ̂)²`; the weights may lack any constant.
 * A value counts for nothing where the weight is zero; elsewhere NaN in, NaN out. NaN when no draw has weight.
 * Throws NumericError for a log-weight that is NaN or `+∞`, ShapeError when the lengths differ. Source: Owen (2013).
 */
export const importanceMean = metric({
  name: "importance-mean",
  about: "The mean of a function under the target, from weighted draws.",
  cite: "Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  of: "log-weights",
  options: noOptions,
  compute({
    logWeights,
    values,
  }: {
    readonly logWeights: ArrayLike<number>;
    readonly values: ArrayLike<number>;
  }): WeightQuality & { readonly mean: Estimate } {
    if (values.length !== logWeights.length)
      throw new ShapeError(`importance-mean: ${values.length} values for ${logWeights.length} log-weights`);
    const { weights, logSum } = normaliseLogWeights("importance-mean", logWeights);
    const none = logSum === Number.NEGATIVE_INFINITY;
    const value = none ? Number.NaN : weights.reduce((s, w, i) => s + (w === 0 ? 0 : w * values[i]!), 0);
    const error = selfNormalisedError(weights, values, value);
    return { mean: normalEstimate(value, error), ...weightQuality(logWeights, weights) };
  },
});

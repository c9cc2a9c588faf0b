/** The constant that noise-contrastive estimation learns while the energy stands still. */

import { noOptions } from "../../util/options.js";
import { type Known, sumDegrees } from "../intervals/degrees.js";
import { bare, studentEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { logisticRoot } from "./logistic-root.js";

/**
 * The `c` that maximises `Σ log σ(G(xᵢ)) + Σ log(1 − σ(G(yⱼ)))`, `G = log p̃ − c − log q + log(n₁/n₂)`, over `n₁`
 * independent positives `xᵢ` and `n₂` draws `yⱼ` of the noise `q`; its error is that of an M-estimator.
 * With the model's own draws as positives this is the equation of {@link bridge}. With rows of data it is `log Z` only
 * if the model is the law of the data: otherwise it is the constant that makes the model the best classifier, and its
 * distance from `log Z` says that the model does not fit.
 * Throws NumericError for a log-ratio that is NaN or `+∞`, or `−∞` at a positive; InputError without draws.
 * Source: Gutmann & Hyvärinen (2012).
 */
export const nceConstant = metric({
  name: "nce-constant",
  about: "The log-normaliser that classifying rows of data against noise would learn, with its error.",
  cite: "Gutmann & Hyvärinen (2012), Noise-contrastive estimation of unnormalized statistical models",
  of: "log-ratios",
  options: noOptions,
  compute({
    positives,
    noise,
  }: {
    /** `log p̃ − log q` at the positives. */
    readonly positives: ArrayLike<number>;
    /** `log p̃ − log q` at the noise. */
    readonly noise: ArrayLike<number>;
  }): { readonly constant: Estimate; readonly degrees: number; readonly effectiveSampleSize: number } {
    const root = logisticRoot("nce-constant", positives, noise, Math.log(positives.length / noise.length));
    if (!root) return { constant: bare(Number.NEGATIVE_INFINITY), degrees: 0, effectiveSampleSize: 0 };
    const { slope, positives: left, noise: right, value } = root;
    const parts: readonly Known[] = [
      [left.relativeVariance / positives.length, left.degrees],
      [right.relativeVariance / noise.length, right.degrees],
    ];
    const degrees = sumDegrees(parts);
    return {
      constant: studentEstimate(value, Math.sqrt(parts[0]![0] + parts[1]![0]) / slope, degrees),
      degrees,
      effectiveSampleSize: Math.min(left.size, right.size),
    };
  },
});

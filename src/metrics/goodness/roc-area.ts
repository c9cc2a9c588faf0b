/** How well a score tells two kinds of rows apart. */

import { z } from "zod";
import { InputError } from "../../util/errors.js";
import { variance } from "../../util/moments.js";
import { bare, normalEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

/** Scores of rows of two kinds. */
export interface TwoScores {
  /** Of rows that should score high, such as anomalies by their energies. */
  readonly positive: ArrayLike<number>;
  readonly negative: ArrayLike<number>;
}

/** How many of an ascending array are below `x`, and how many are at most `x`. */
function counts(ascending: Float64Array, x: number): [below: number, upTo: number] {
  const first = (before: (v: number) => boolean): number => {
    let [low, high] = [0, ascending.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(ascending[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [first((v) => v < x), first((v) => v <= x)];
}

/** Of each score the share of the others that it is above, a tie as half. */
const shares = (scores: ArrayLike<number>, others: ArrayLike<number>): Float64Array => {
  const ascending = Float64Array.from(others).sort();
  return Float64Array.from(scores, (x) => {
    const [below, upTo] = counts(ascending, x);
    return (below + upTo) / 2 / ascending.length;
  });
};

/**
 * `P(s⁺ > s⁻) + P(s⁺ = s⁻)/2`, the area under the receiver operating characteristic: 1 where every positive scores above
 * every negative, ½ by chance. Its variance is `s²(a)/n⁺ + s²(b)/n⁻` of the shares a and b that single rows have of it, 0
 * where all are told apart, which few rows may be by chance.
 * @throws InputError for no rows of a kind, or a score that is NaN.
 */
export const rocArea = metric({
  name: "roc-area",
  about: "The chance that a row of one kind scores above one of the other: the area under the ROC curve (AUROC).",
  cite: "DeLong, DeLong & Clarke-Pearson (1988), Comparing the areas under two or more correlated receiver operating characteristic curves",
  of: "scores",
  options: z.object({}),
  compute({ positive, negative }: TwoScores): Estimate {
    for (const [name, scores] of Object.entries({ positive, negative })) {
      if (scores.length === 0) throw new InputError(`roc-area: there are no ${name} scores; give one at least`);
      const bad = Array.from(scores).findIndex(Number.isNaN);
      if (bad >= 0) throw new InputError(`roc-area: ${name} score ${bad} (from 0) is NaN`);
    }
    const above = shares(positive, negative);
    const value = above.reduce((s, v) => s + v, 0) / above.length;
    const error = Math.sqrt(variance(above) / positive.length + variance(shares(negative, positive)) / negative.length);
    if (!Number.isFinite(error)) return bare(value);
    const { interval, ...rest } = normalEstimate(value, error);
    return { ...rest, interval: interval && [Math.max(0, interval[0]), Math.min(1, interval[1])] };
  },
});

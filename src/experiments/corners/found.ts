/** What is read off a run on four corners: errors of the weights, and whether estimates of one thing agree. */

import type { Estimate } from "../../metrics/metric.js";
import type { Measured, Weighed } from "./measure.js";
import type { CornersRun } from "./unit.js";

export const isUnequal = ({ weights }: Pick<CornersRun, "weights">): boolean => new Set(weights).size > 1;

/** Standard errors between two estimates that a pair of sound ones exceeds once in 16 000. */
const LARGEST_SCORE = 4;

const errorOf = ({ standardError }: Estimate): number => standardError ?? Number.POSITIVE_INFINITY;

const least = (weighed: Weighed): number => Math.max(...weighed.weights.map(errorOf));

/** The sharper of the proposals that are to be trusted; `null` where none is, or they contradict one another. */
export function weightsOf({ byFlow, byTruth }: Measured): readonly Estimate[] | null {
  const trusted = [byFlow, byTruth].filter((w): w is Weighed => w !== null && w.note === null);
  const [first, second] = trusted.toSorted((a, b) => least(a) - least(b));
  if (!first) return null;
  const contradicts = second?.weights.some((b, k) => {
    const a = first.weights[k]!;
    return Math.abs(a.value - b.value) > LARGEST_SCORE * Math.hypot(errorOf(a), errorOf(b));
  });
  return contradicts ? null : first.weights;
}

/** How far the weight of a mode is from that of the training rows, where it is farthest; infinite where it is not known. */
export function largestWeightError({ measured }: CornersRun): number {
  const weights = measured && weightsOf(measured);
  if (!weights) return Number.POSITIVE_INFINITY;
  return Math.max(...weights.map(({ value }, k) => Math.abs(value - measured.data[k]!)));
}

/** Half the sum of the differences, as {@link largestWeightError}. */
export function totalWeightError({ measured }: CornersRun): number {
  const weights = measured && weightsOf(measured);
  if (!weights) return Number.POSITIVE_INFINITY;
  return weights.reduce((sum, { value }, k) => sum + Math.abs(value - measured.data[k]!), 0) / 2;
}

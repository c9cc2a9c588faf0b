/** What is read off a run on four corners: errors of the weights, and whether estimates of one thing agree. */

import { halfL1 } from "../../metrics/goodness/total-variation.js";
import { normalEstimate } from "../../metrics/intervals/interval.js";
import type { Estimate } from "../../metrics/metric.js";
import type { Weighed, WeightsFound } from "./measure.js";
import type { CornersRun } from "./unit.js";

export const isUnequal = ({ weights }: Pick<CornersRun, "weights">): boolean => new Set(weights).size > 1;

/** Standard errors between two estimates that a pair of sound ones exceeds once in 16 000. */
const LARGEST_SCORE = 4;

const errorOf = ({ standardError }: Estimate): number => standardError ?? Number.POSITIVE_INFINITY;

/**
 * The weights of the modes by the proposals that are to be trusted, each weight with the inverse of its squared error;
 * `null` where none is, or they contradict one another.
 */
export function weightsOf({ byFlow, byClouds }: WeightsFound): readonly Estimate[] | null {
  const trusted = [byFlow, byClouds].filter((w): w is Weighed => w !== null && w.note === null);
  const [first, second] = trusted;
  if (!first || !second) return first?.weights ?? null;
  const pairs = first.weights.map((a, k) => [a, second.weights[k]!] as const);
  const contradict = pairs.some(
    ([a, b]) => Math.abs(a.value - b.value) > LARGEST_SCORE * Math.hypot(errorOf(a), errorOf(b)),
  );
  return contradict ? null : pairs.map(([a, b]) => pooled(a, b));
}

/** Of two independent estimates. */
function pooled(a: Estimate, b: Estimate): Estimate {
  const [u, v] = [errorOf(a) ** -2, errorOf(b) ** -2];
  // An error of 0 is that of a mode that holds nothing, or all.
  if (!Number.isFinite(u)) return a;
  if (!Number.isFinite(v)) return b;
  return normalEstimate((u * a.value + v * b.value) / (u + v), (u + v) ** -0.5);
}

/** What the draws say whose weights are the least uneven, where none are to be trusted: all that is known of a model far off. */
export function roughWeights(measured: WeightsFound): readonly Estimate[] {
  const { byFlow, byClouds } = measured;
  const rough = byFlow && byFlow.paretoK < byClouds.paretoK ? byFlow : byClouds;
  return weightsOf(measured) ?? rough.weights;
}

/** How far the weight of a mode is from that of the training rows, where it is farthest; infinite where it is not known. */
export function largestWeightError(measured: WeightsFound | null): number {
  const weights = measured && weightsOf(measured);
  if (!weights) return Number.POSITIVE_INFINITY;
  return Math.max(...weights.map(({ value }, k) => Math.abs(value - measured.data[k]!)));
}

const totalError = ({ data }: WeightsFound, weights: readonly Estimate[]): number =>
  halfL1(
    data,
    weights.map(({ value }) => value),
  );

/** `½ Σ |pᵢ − qᵢ|` between the weights of the model and the shares of the rows; infinite where it is not known. */
export function totalWeightError(measured: WeightsFound | null): number {
  const weights = measured && weightsOf(measured);
  return weights ? totalError(measured, weights) : Number.POSITIVE_INFINITY;
}

/** The same where draws are not to be trusted as well; infinite where the training left the numbers. */
export const roughWeightError = (measured: WeightsFound | null): number =>
  measured ? totalError(measured, roughWeights(measured)) : Number.POSITIVE_INFINITY;

/** The same of the flow alone; NaN where there is none. */
export const flowWeightError = (measured: WeightsFound | null): number =>
  measured?.flow ? halfL1(measured.data, measured.flow) : Number.NaN;

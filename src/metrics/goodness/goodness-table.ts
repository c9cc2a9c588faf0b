/** Every test of two samples at once, such as model draws against held-out rows. */

import { subsample } from "../../random/choose.js";
import { fold, type Key } from "../../random/key.js";
import type { Rows } from "../../util/rows.js";
import { tensor } from "../../util/tensor.js";
import { classifierTwoSample } from "./classifier-two-sample.js";
import { energyDistance } from "./energy-distance.js";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.js";
import { pointsOf, takeRows } from "./pairwise.js";
import { slicedWasserstein } from "./sliced-wasserstein.js";
import type { TwoSamples, TwoSampleTest } from "./two-sample.js";

export interface GoodnessRow {
  /** Of the metric. */
  readonly name: string;
  readonly statistic: number;
  readonly pValue: number | null;
}

/** Directions of the sliced distance. Every permutation pays for each, and its p-value needs no more. */
const LINES = 200;

/** At most `rows` of a sample, chosen by the key. */
function atMost(rows: number, which: "x" | "y", sample: Rows, key: Key): Rows {
  const points = pointsOf("goodness table", which, sample);
  if (points.rows <= rows) return sample;
  const { data, columns } = takeRows(points, subsample(key, points.rows, rows));
  return tensor(data, [rows, columns]);
}

/**
 * MMD, energy distance, sliced Wasserstein distance along 200 lines and the classifier test of independent rows `(n, d)`
 * and `(m, d)`, each with a key of its own. The cost is quadratic, so at most `rows` of each sample are used. The four
 * p-values are of the same rows: call the laws different at level `α` when the least of them is at most `α/4`.
 * @throws as the metrics do.
 */
export function goodnessTable(
  { x, y, key }: TwoSamples,
  { rows = 1000, permutations = 200 }: { readonly rows?: number; readonly permutations?: number } = {},
): GoodnessRow[] {
  const samples = { x: atMost(rows, "x", x, fold(key, "x")), y: atMost(rows, "y", y, fold(key, "y")) };
  const row = ({ name }: { readonly name: string }, test: (given: TwoSamples) => TwoSampleTest): GoodnessRow => {
    const { value, pValue } = test({ ...samples, key: fold(key, name) });
    return { name, statistic: value, pValue };
  };
  return [
    row(maximumMeanDiscrepancy, (g) => maximumMeanDiscrepancy(g, { permutations })),
    row(energyDistance, (g) => energyDistance(g, { permutations })),
    row(slicedWasserstein, (g) => slicedWasserstein(g, { permutations, projections: LINES })),
    row(classifierTwoSample, (g) => classifierTwoSample(g)),
  ];
}

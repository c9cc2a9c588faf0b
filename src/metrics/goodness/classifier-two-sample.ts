/** Can a classifier tell two samples apart on rows it has not seen? */

import { z } from "zod";
import { subsample } from "../../random/choose.js";
import { fold } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { hypergeometric } from "../intervals/fisher.js";
import { proportionEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { squaredDistances, takeRows } from "./pairwise.js";
import { pool, type TwoSamples, type TwoSampleTest } from "./two-sample.js";

/** The value is the accuracy: 1/2 when the samples cannot be told apart. Its interval is Wilson's. */
export interface ClassifierTwoSample extends Estimate, TwoSampleTest {
  readonly pValue: number;
  readonly neighbours: number;
  /** Rows that were classified, half of each sample. */
  readonly tested: number;
}

/** How many of the two samples' training rows are among the nearest; rows as far as the last of them count too. */
function votes(distances: Float64Array, each: number, neighbours: number): [first: number, second: number] {
  const last = distances.slice().sort()[neighbours - 1]!;
  const count = (from: number, to: number): number => {
    let s = 0;
    for (let j = from; j < to; j++) if (distances[j]! <= last) s++;
    return s;
  };
  return [count(0, each), count(each, 2 * each)];
}

/**
 * Classifier two-sample test of rows `(n, d)` and `(m, d)` by nearest neighbours. Of each sample as many rows as the
 * smaller one has are taken at random, half of them to learn from; the other half is classified by the majority of the
 * `k` nearest. The accuracy is 1/2 for equal laws and `(1 + TV)/2` at best. The p-value is exact at any size: whatever
 * rows the classifier gives to `x`, how many are of `x` is hypergeometric when the laws are equal (Fisher's test).
 * The traps: coordinates of larger scale decide who is near; and a chain that stays where it is repeats rows, which
 * betray it.
 * Throws ShapeError for anything but two samples of equally many columns, InputError for fewer than 2 rows or for more
 * neighbours than rows to learn from, NumericError for a number that is not finite.
 */
export const classifierTwoSample = metric({
  name: "classifier-two-sample",
  about: "Accuracy with which nearest neighbours tell two samples apart on held-out rows, with an exact p-value.",
  cite: "Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests",
  of: "two-samples",
  options: z.object({
    neighbours: z
      .number()
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("k; when it is not given the odd number nearest the square root of the rows to learn from"),
  }),
  compute({ x, y, key }: TwoSamples, { neighbours }): ClassifierTwoSample {
    const { points, n, m } = pool("classifier-two-sample", { x, y });
    const each = Math.min(n, m);
    const known = Math.floor(each / 2);
    const held = each - known;
    const k = neighbours ?? 2 * Math.floor(Math.sqrt(2 * known) / 2) + 1;
    if (k > 2 * known)
      throw new InputError(`classifier-two-sample: ${k} neighbours of ${2 * known} rows to learn from; give fewer`);
    const mine = subsample(fold(key, "x"), n, each);
    const theirs = subsample(fold(key, "y"), m, each).map((i) => n + i);
    const rows = takeRows(
      points,
      [mine.slice(0, known), theirs.slice(0, known), mine.slice(known), theirs.slice(known)].flatMap((s) => [...s]),
    );
    const distances = new Float64Array(2 * known);
    const given = [0, 0] as [x: number, y: number];
    for (let i = 0; i < 2 * held; i++) {
      squaredDistances(rows, 2 * known + i, 0, 2 * known, distances);
      const [first, second] = votes(distances, known, k);
      if (first > second) given[i < held ? 0 : 1]++;
    }
    const accuracy = (given[0] + held - given[1]) / (2 * held);
    return {
      ...proportionEstimate(accuracy, 2 * held),
      // Fisher's exact test, of the side on which classifiers are right.
      pValue: hypergeometric({ from: given[0], to: held }, given[0] + given[1], { marked: held, unmarked: held }),
      neighbours: k,
      tested: 2 * held,
    };
  },
});

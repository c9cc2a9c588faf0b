/** What every test of two samples shares: its input, its answer, and the permutations of which row is whose. */

import { z } from "zod";
import { subsample } from "../../random/choose.js";
import { fold, type Key } from "../../random/key.js";
import { ShapeError } from "../../util/errors.js";
import type { Rows } from "../../util/rows.js";
import { simulatedP } from "../intervals/p-value.js";
import { type PairSums, type Points, pairSums, pointsOf, squaredDistances } from "./pairwise.js";

/** Two samples of independent rows `(n, d)` and `(m, d)`. The same key gives the same answer. */
export interface TwoSamples {
  readonly x: Rows;
  readonly y: Rows;
  readonly key: Key;
}

/** How far apart two samples are, and how often two samples of one law are as far apart. */
export interface TwoSampleTest {
  readonly value: number;
  /** Small when the laws differ; `null` without permutations. */
  readonly pValue: number | null;
}

/** The option `permutations`, with its default. */
export const permutationOption = (count: number) =>
  z
    .number()
    .int()
    .min(0)
    .default(count)
    .describe("B, permutations behind the p-value, which is at least 1/(B + 1); 0 for none");

/** Both samples in one array, `x` first. */
export interface Pooled {
  readonly points: Points;
  readonly n: number;
  readonly m: number;
}

/** @throws ShapeError when the columns differ, and as {@link pointsOf}. */
export function pool(name: string, { x, y }: Pick<TwoSamples, "x" | "y">): Pooled {
  const [a, b] = [pointsOf(name, "x", x), pointsOf(name, "y", y)];
  if (a.columns !== b.columns)
    throw new ShapeError(`${name}: x has ${a.columns} columns and y has ${b.columns}; expected as many`);
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { points: { rows: a.rows + b.rows, columns: a.columns, data }, n: a.rows, m: b.rows };
}

/** The rows that count as the smaller sample: the true ones, then `permutations` random choices. Ascending. */
export function splits({ n, m }: Pooled, key: Key, permutations: number): Uint32Array[] {
  const observed =
    n <= m ? Uint32Array.from({ length: n }, (_, i) => i) : Uint32Array.from({ length: m }, (_, i) => n + i);
  const one = (b: number): Uint32Array => subsample(fold(key, b), n + m, observed.length).sort();
  return [observed, ...Array.from({ length: permutations }, (_, b) => one(b))];
}

/** Sums over pairs of different rows: two of the first sample, one of each, two of the second. */
export interface SampleSums {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/**
 * A statistic that is made of sums over pairs, with its permutation p-value.
 * @param kernel replaces squared distances by values, in place, from an index on.
 */
export function permutationTest(
  pooled: Pooled,
  key: Key,
  permutations: number,
  kernel: (row: Float64Array, from: number) => void,
  statistic: (sums: SampleSums) => number,
): TwoSampleTest {
  const { points, n, m } = pooled;
  const row = (i: number, out: Float64Array): void => {
    squaredDistances(points, i, i + 1, points.rows, out);
    kernel(out, i + 1);
  };
  const named = ({ within, across, without }: PairSums): SampleSums =>
    n <= m ? { xx: within, xy: across, yy: without } : { xx: without, xy: across, yy: within };
  const sums = pairSums(points.rows, row, splits(pooled, key, permutations));
  const [value, ...permuted] = sums.map((s) => statistic(named(s)));
  return { value: value!, pValue: simulatedP(value!, permuted) };
}

/** Tables of numbers, row by row, and arrays too long to be arguments. */

import { columnMoments } from "../util/moments.js";

/** Mean and standard deviation of the law of each of `size` columns. */
export function momentsOfColumns(rows: Float64Array, size: number): { mean: Float64Array; sd: Float64Array } {
  const { mean, squares } = columnMoments(rows, size);
  return { mean, sd: squares.map((s) => Math.sqrt(s / (rows.length / size - 1))) };
}

/** Smallest and largest; NaN where one is NaN. */
export function extremes(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

/** The largest absolute value. */
export function largest(values: ArrayLike<number>): number {
  const [low, high] = extremes(values);
  return Math.max(-low, high);
}

/** Tables of numbers, row by row, and arrays too long to be arguments. */

/** Mean and standard deviation of each of `size` columns; the divisor is `n − 1`. */
export function momentsOfColumns(rows: Float64Array, size: number): { mean: Float64Array; sd: Float64Array } {
  const n = rows.length / size;
  const [mean, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < rows.length; k++) mean[k % size]! += rows[k]! / n;
  for (let k = 0; k < rows.length; k++) squares[k % size]! += (rows[k]! - mean[k % size]!) ** 2;
  return { mean, sd: squares.map((s) => Math.sqrt(s / (n - 1))) };
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

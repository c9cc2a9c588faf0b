/** Moments and quantiles of plain arrays, and of the columns of row-major tables; the one place they are written. */

/** `x̄ = Σ xᵢ / n`; NaN for no numbers. */
export function mean(x: ArrayLike<number>): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i]!;
  return s / x.length;
}

/** `Σ (xᵢ − x̄)² / (n − 1)`; NaN for fewer than two numbers. */
export function variance(x: ArrayLike<number>, centre: number = mean(x)): number {
  if (x.length < 2) return Number.NaN;
  let s = 0;
  for (let i = 0; i < x.length; i++) s += (x[i]! - centre) ** 2;
  return s / (x.length - 1);
}

/** The mean of each row of a row-major `(rows, columns)` array. */
export function rowMeans(x: Float64Array, [rows, columns]: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => mean(x.subarray(r * columns, (r + 1) * columns)));
}

/** The mean of each of `d` columns. */
export function columnMeans(x: ArrayLike<number>, d: number): Float64Array {
  const sums = new Float64Array(d);
  for (let i = 0; i < x.length; i++) sums[i % d]! += x[i]!;
  return sums.map((s) => s / (x.length / d));
}

/** Of each of `d` columns the mean and `Σ (x − mean)²`: over `n` a variance of these rows, over `n − 1` of their law. */
export function columnMoments(x: ArrayLike<number>, d: number): { mean: Float64Array; squares: Float64Array } {
  const mean = columnMeans(x, d);
  const squares = new Float64Array(d);
  for (let i = 0; i < x.length; i++) squares[i % d]! += (x[i]! - mean[i % d]!) ** 2;
  return { mean, squares };
}

/** The means of `d` columns, and their covariance `(d, d)` with divisor `n`. */
export function columnCovariance(x: ArrayLike<number>, d: number): { mean: Float64Array; covariance: Float64Array } {
  const mean = columnMeans(x, d);
  const covariance = new Float64Array(d * d);
  for (let row = 0; row < x.length; row += d)
    for (let i = 0; i < d; i++)
      for (let j = 0; j <= i; j++) covariance[i * d + j]! += (x[row + i]! - mean[i]!) * (x[row + j]! - mean[j]!);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      covariance[i * d + j]! /= x.length / d;
      covariance[j * d + i] = covariance[i * d + j]!;
    }
  return { mean, covariance };
}

/** Linear interpolation between order statistics at `(n − 1) p`: Hyndman & Fan (1996), type 7. */
export function quantile(x: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(x).sort();
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return a + (at - low) * (b - a);
}

/** The middle number, or half the sum of the middle two; NaN for no numbers. */
export function median(x: ArrayLike<number>): number {
  const sorted = Float64Array.from(x).sort();
  const n = sorted.length;
  return ((sorted[Math.floor((n - 1) / 2)] ?? Number.NaN) + (sorted[Math.floor(n / 2)] ?? Number.NaN)) / 2;
}

/**
 * The least of the numbers `m` with `Σ wᵢ [xᵢ ≤ m] ≥ ½ Σ wᵢ`, whatever stands where a weight is 0; NaN where no weight
 * is positive, or a number of positive weight is NaN.
 */
export function weightedMedian(x: ArrayLike<number>, weights: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).filter((i) => weights[i]! > 0);
  if (order.some((i) => Number.isNaN(x[i]!))) return Number.NaN;
  order.sort((i, j) => (x[i]! < x[j]! ? -1 : Number(x[i]! > x[j]!)));
  const half = order.reduce((s, i) => s + weights[i]!, 0) / 2;
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below >= half) return x[i]!;
  }
  return Number.NaN;
}

export function isFiniteArray(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/** Whether the spread is no more than the rounding of the numbers themselves. */
export function isConstant(data: ArrayLike<number>): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    low = Math.min(low, data[i]!);
    high = Math.max(high, data[i]!);
  }
  return high - low <= Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
}

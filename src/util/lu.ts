import { NumericError } from "./errors.js";

/** `A = P L U` of a matrix `(n, n)`, all row-major: P a permutation, L with ones on its diagonal, U upper triangular. */
export interface Lu {
  readonly permutation: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Elimination with row pivots.
 * @throws NumericError when a column depends on those before it.
 */
export function lu(a: Float64Array, n: number): Lu {
  const upper = Float64Array.from(a);
  const lower = new Float64Array(n * n);
  const order = Array.from({ length: n }, (_, i) => i);
  const exchange = (m: Float64Array, i: number, j: number): void => {
    const row = m.slice(i * n, (i + 1) * n);
    m.copyWithin(i * n, j * n, (j + 1) * n);
    m.set(row, j * n);
  };
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(upper[i * n + k]!) > Math.abs(upper[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(upper[pivot * n + k]!) > 0))
      throw new NumericError(`lu: column ${k} (from 0) of the (${n}, ${n}) matrix depends on those before it`);
    exchange(upper, k, pivot);
    exchange(lower, k, pivot);
    [order[k], order[pivot]] = [order[pivot]!, order[k]!];
    lower[k * n + k] = 1;
    for (let i = k + 1; i < n; i++) {
      const factor = upper[i * n + k]! / upper[k * n + k]!;
      lower[i * n + k] = factor;
      upper[i * n + k] = 0;
      for (let j = k + 1; j < n; j++) upper[i * n + j]! -= factor * upper[k * n + j]!;
    }
  }
  const permutation = new Float64Array(n * n);
  for (const [i, row] of order.entries()) permutation[row * n + i] = 1;
  return { permutation, lower, upper };
}

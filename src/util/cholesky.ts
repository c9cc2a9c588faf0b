/** Small dense linear algebra on the host: the Cholesky factor of a covariance and what is made of it. Row-major. */

import { NumericError } from "./errors.js";

/**
 * Lower factor of a symmetric positive definite matrix: `A = L Lᵀ`; only the lower triangle of `a` is read.
 * A pivot below `n · 2⁻⁵² · Aⱼⱼ` is rounding, not variance, and counts as zero.
 * @param a `(n, n)`, row-major.
 * @param what names the owner in the message.
 * @returns `L (n, n)`, zero above the diagonal.
 * @throws NumericError naming the first column that is not independent of the columns before it.
 */
export function cholesky(a: Float64Array, n: number, what = "cholesky"): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = a[i * n + j]!;
      for (let k = 0; k < j; k++) s -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? pivot(s, a[i * n + i]!, n, `${what}: column ${i} (from 0)`) : s / l[j * n + j]!;
    }
  }
  return l;
}

function pivot(s: number, diagonal: number, n: number, column: string): number {
  if (s > n * Number.EPSILON * diagonal && s < Number.POSITIVE_INFINITY) return Math.sqrt(s);
  throw new NumericError(
    `${column} of the (${n}, ${n}) matrix leaves pivot ${s} of diagonal ${diagonal}; expected positive definite: ` +
      "drop a column that is constant, or a linear combination of the columns before it",
  );
}

/** Solve `L x = b` by forward substitution; `l (n, n)` lower, `b (n)`. */
export function solveLower(l: Float64Array, b: ArrayLike<number>, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let s = b[i]!;
    for (let k = 0; k < i; k++) s -= l[i * n + k]! * x[k]!;
    x[i] = s / l[i * n + i]!;
  }
  return x;
}

/** The inverse of a lower factor, lower as well; `l (n, n)`. */
export function lowerInverse(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++)
    for (let i = column; i < n; i++) {
      let s = i === column ? 1 : 0;
      for (let k = column; k < i; k++) s -= l[i * n + k]! * inverse[k * n + column]!;
      inverse[i * n + column] = s / l[i * n + i]!;
    }
  return inverse;
}

/** `log det A = 2 Σ log Lᵢᵢ` from the lower factor of `A`. */
export function logDet(l: Float64Array, n: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) s += Math.log(l[i * n + i]!);
  return 2 * s;
}

/** `L x` for a lower factor: turns standard normal noise `x (n)` into a draw with covariance `A`. */
export function multiply(l: Float64Array, x: ArrayLike<number>, n: number): Float64Array {
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let s = 0;
    for (let k = 0; k <= i; k++) s += l[i * n + k]! * x[k]!;
    y[i] = s;
  }
  return y;
}

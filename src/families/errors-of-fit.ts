/** Standard errors of a maximum-likelihood fit from its Fisher information. */

import { cholesky, solveLower } from "../util/cholesky.js";

/**
 * `I⁻¹ / n` and the square roots of its diagonal, I the Fisher information `(m, m)` of one row.
 * @throws NumericError when the information is singular to rounding.
 */
export function inverseRoots(
  information: readonly number[],
  m: number,
  n: number,
): { covariance: Float64Array; roots: Float64Array } {
  // Scaled to a unit diagonal: statistics may differ in size by many powers of ten.
  const scale = Float64Array.from({ length: m }, (_, i) => Math.sqrt(information[i * m + i]!));
  const scaled = Float64Array.from(information, (v, k) => v / (scale[Math.floor(k / m)]! * scale[k % m]!));
  const l = cholesky(scaled, m, "Fisher information");
  const columns = Array.from({ length: m }, (_, j) =>
    solveLower(
      l,
      Float64Array.from({ length: m }, (_, i) => (i === j ? 1 : 0)),
      m,
    ),
  );
  const covariance = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) {
      const inner = columns[i]!.reduce((s, v, k) => s + v * columns[j]![k]!, 0);
      covariance[i * m + j] = inner / (n * scale[i]! * scale[j]!);
    }
  return { covariance, roots: Float64Array.from({ length: m }, (_, i) => Math.sqrt(covariance[i * m + i]!)) };
}

/** Share of a standard error that the differences move: far from rounding and from curvature alike. */
const STEP = 1e-4;

/**
 * Standard errors of a function of estimates with a covariance, by the delta method: the root of `∇fᵀ C ∇f`. Along each
 * column of the Cholesky factor of C the derivative is a central difference, whose relative error is about 1e-8.
 */
export function deltaErrors(
  f: (eta: Float64Array) => readonly number[],
  eta: Float64Array,
  covariance: Float64Array,
): number[] {
  const m = eta.length;
  const scale = Float64Array.from({ length: m }, (_, i) => Math.sqrt(covariance[i * m + i]!));
  const unit = covariance.map((v, k) => v / (scale[Math.floor(k / m)]! * scale[k % m]!));
  const l = cholesky(unit, m, "covariance of the estimates");
  const squares = f(eta).map(() => 0);
  for (let j = 0; j < m; j++) {
    const at = (sign: number): readonly number[] => f(eta.map((v, i) => v + sign * STEP * scale[i]! * l[i * m + j]!));
    const [up, down] = [at(1), at(-1)];
    for (const i of squares.keys()) squares[i] = squares[i]! + ((up[i]! - down[i]!) / (2 * STEP)) ** 2;
  }
  return squares.map(Math.sqrt);
}

/** Covariances in the three forms people write them, factored as `C = L Lᵀ`. */

import { InputError } from "../util/errors.js";

/** A variance for all coordinates, one for each, or the full matrix by rows. */
export type Covariance = number | readonly number[] | readonly (readonly number[])[];

export interface CovarianceFactor {
  /** `log det L`, half the log determinant of the covariance. */
  readonly logDet: number;
  /** Standard deviation of each coordinate. */
  readonly deviations: readonly number[];
  /** `L z`, from white noise to this covariance; in place, `d` numbers from `at`. */
  color(z: Float64Array, at: number): void;
  /** `rᵀ C⁻¹ r`, which overwrites `r`. */
  squareNorm(r: Float64Array): number;
}

/**
 * Factor a covariance of `d` coordinates.
 * @param what names the owner in the message.
 * @throws InputError when it has another size, or is not symmetric and positive definite.
 */
export function factorCovariance(covariance: Covariance, d: number, what: string): CovarianceFactor {
  if (typeof covariance === "number") return diagonal(new Array<number>(d).fill(covariance), what);
  if (covariance.length !== d)
    throw new InputError(`${what}: covariance has ${covariance.length} rows; expected ${d}, as the mean has`);
  return isDiagonal(covariance) ? diagonal(covariance, what) : full(covariance, what);
}

const isDiagonal = (c: readonly number[] | readonly (readonly number[])[]): c is readonly number[] =>
  typeof c[0] === "number";

function diagonal(variances: readonly number[], what: string): CovarianceFactor {
  const bad = variances.find((v) => !(v > 0 && v < Infinity));
  if (bad !== undefined) throw new InputError(`${what}: variance ${bad}; expected a positive number`);
  const deviations = variances.map(Math.sqrt);
  return {
    logDet: deviations.reduce((sum, s) => sum + Math.log(s), 0),
    deviations,
    color(z, at) {
      for (let i = 0; i < deviations.length; i++) z[at + i] = z[at + i]! * deviations[i]!;
    },
    squareNorm: (r) => r.reduce((sum, v, i) => sum + (v / deviations[i]!) ** 2, 0),
  };
}

function full(rows: readonly (readonly number[])[], what: string): CovarianceFactor {
  const d = rows.length;
  const lower = cholesky(rows, what);
  return {
    logDet: lower.reduce((sum, row, i) => sum + Math.log(row[i]!), 0),
    deviations: rows.map((row, i) => Math.sqrt(row[i]!)),
    color(z, at) {
      // From the last row up, so that no entry is overwritten before it was used.
      for (let i = d - 1; i >= 0; i--) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += lower[i]![j]! * z[at + j]!;
        z[at + i] = sum;
      }
    },
    squareNorm(r) {
      let square = 0;
      for (let i = 0; i < d; i++) {
        let v = r[i]!;
        for (let j = 0; j < i; j++) v -= lower[i]![j]! * r[j]!;
        r[i] = v / lower[i]![i]!;
        square += r[i]! ** 2;
      }
      return square;
    },
  };
}

/** The lower triangle `L` of `C = L Lᵀ`, by rows. */
function cholesky(rows: readonly (readonly number[])[], what: string): Float64Array[] {
  const lower: Float64Array[] = [];
  rows.forEach((row, i) => {
    if (row.length !== rows.length)
      throw new InputError(`${what}: covariance row ${i} has ${row.length} numbers; expected ${rows.length}`);
    const current = new Float64Array(rows.length);
    lower.push(current);
    for (let j = 0; j <= i; j++) {
      const value = row[j]!;
      if (Math.abs(value - rows[j]![i]!) > 1e-12 * Math.sqrt(Math.abs(row[i]! * rows[j]![j]!)))
        throw new InputError(`${what}: covariance is not symmetric at row ${i}, column ${j}`);
      let sum = value;
      for (let k = 0; k < j; k++) sum -= current[k]! * lower[j]![k]!;
      if (i === j && !(sum > 0)) throw new InputError(`${what}: covariance is not positive definite`);
      current[j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
  });
  return lower;
}

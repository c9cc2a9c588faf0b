/** The Gaussian of the data: the baseline a learned density has to beat. */

import { cholesky, logDet, solveLower } from "../../util/cholesky.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { columnCovariance, isConstant } from "../../util/moments.js";
import { noOptions } from "../../util/options.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";
import { metric } from "../metric.js";
import { type LogLikelihood, logLikelihood } from "./log-likelihood.js";

export interface Gaussian {
  /** `(d)` */
  readonly mean: Float64Array;
  /** Lower Cholesky factor of the covariance, `(d, d)` row-major. */
  readonly lower: Float64Array;
}

function rowsOf(what: string, { shape }: FloatTensor): readonly [rows: number, columns: number] {
  const [n, d] = shape;
  if (n === undefined || d === undefined || shape.length !== 2 || d < 1)
    throw new ShapeError(`${what}: expected rows (n, d), got ${showShape(shape)}`);
  return [n, d];
}

/** Before any sum: the variance of a constant column is rounding, which no factorisation can tell from variance. */
function refuse(name: string, data: ArrayLike<number>, columns: number): void {
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new NumericError(
        `${name}: row ${Math.floor(i / columns)}, column ${i % columns} (from 0) is ${data[i]}; expected a finite number`,
      );
  for (let j = 0; j < columns; j++)
    if (isConstant(Float64Array.from({ length: data.length / columns }, (_, r) => data[r * columns + j]!)))
      throw new NumericError(`${name}: column ${j} (from 0) is constant; drop it`);
}

/**
 * Maximum-likelihood Gaussian of rows `(n, d)`: `μ̂ = x̄`, `Σ̂ = (1/n) Σ (x − x̄)(x − x̄)ᵀ`.
 * @throws InputError for fewer than `d + 1` rows, NumericError naming the column that is constant or a linear
 * combination of the columns before it, ShapeError for anything but rows.
 */
export function fitGaussian(rows: FloatTensor): Gaussian {
  const [n, d] = rowsOf("fitGaussian", rows);
  if (n <= d) throw new InputError(`fitGaussian: ${n} rows of ${d} columns; give at least ${d + 1} rows`);
  refuse("fitGaussian", rows.data, d);
  const { mean, covariance } = columnCovariance(rows.data, d);
  return { mean, lower: cholesky(covariance, d, "fitGaussian") };
}

/** `log N(x; μ, Σ)` of every row `(n, d)`, in nats: `−½ (d log 2π + log det Σ + |L⁻¹(x − μ)|²)`. @throws ShapeError when the columns differ. */
export function gaussianLogDensity({ mean, lower }: Gaussian, rows: FloatTensor): Float64Array {
  const [n, d] = rowsOf("gaussianLogDensity", rows);
  if (d !== mean.length)
    throw new ShapeError(`gaussianLogDensity: rows of ${d} columns for a Gaussian of ${mean.length}`);
  const constant = d * Math.log(2 * Math.PI) + logDet(lower, d);
  return Float64Array.from({ length: n }, (_, r) => {
    const centred = mean.map((m, i) => rows.data[r * d + i]! - m);
    return -0.5 * (constant + solveLower(lower, centred, d).reduce((s, z) => s + z * z, 0));
  });
}

/**
 * Log-likelihood of test rows `(m, d)` under the Gaussian fitted to train rows `(n, d)`.
 * A density that does not beat it has learned nothing but a mean and a covariance.
 * Throws as {@link fitGaussian}.
 */
export const gaussianBaseline = metric({
  name: "gaussian-baseline",
  about: "Log-likelihood of test rows under the Gaussian fitted to the training rows.",
  cite: "Anderson (2003), An introduction to multivariate statistical analysis, chapter 3",
  of: "pair",
  options: noOptions,
  compute({ train, test }: { readonly train: FloatTensor; readonly test: FloatTensor }): LogLikelihood {
    const logDensity = gaussianLogDensity(fitGaussian(train), test);
    return logLikelihood({ logDensity }, { dimension: rowsOf("gaussian-baseline", test)[1] });
  },
});

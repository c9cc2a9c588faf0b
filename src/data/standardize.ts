/** Columns brought to mean 0 and standard deviation 1, and what that does to densities. */

import { InputError, ShapeError } from "../util/errors.js";
import { columnMoments } from "../util/moments.js";
import { type FloatTensor, showShape, type Tensor, tensor } from "../util/tensor.js";

/** `z = (x − mean) / scale`, column by column. */
export interface Standardizer {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** The one of `d` columns that leaves everything as it is. */
export const identityStandardizer = (d: number): Standardizer => ({
  mean: new Float64Array(d),
  scale: new Float64Array(d).fill(1),
});

/**
 * Mean and standard deviation (the root mean square deviation, divisor `n`) of each column of `(n, d)`.
 * @param columns what messages call the columns.
 * @throws InputError when a column is constant, or a number is not finite; ShapeError unless the rows are `(n, d)`.
 */
export function fitStandardizer(x: FloatTensor, columns?: readonly string[]): Standardizer {
  const [n, d] = matrixShape("fitStandardizer", x);
  const { mean, squares } = columnMoments(x.data, d);
  const scale = squares.map((v) => Math.sqrt(v / n));
  for (let j = 0; j < d; j++) {
    const name = columns?.[j] ?? `x${j + 1}`;
    if (!Number.isFinite(scale[j]))
      throw new InputError(`column ${name}: its mean or spread is not finite; remove rows that are not finite numbers`);
    // A constant column leaves at most the rounding of its mean.
    if (!(scale[j]! > Math.abs(mean[j]!) * 1e-14))
      throw new InputError(`column ${name} is constant over ${n} rows, so it has no spread; drop it`);
  }
  return { mean, scale };
}

/** `z = (x − mean) / scale`, in float64. */
export const standardize = (s: Standardizer, x: FloatTensor): Tensor<Float64Array> =>
  byColumn("standardize", s, x, (v, mean, scale) => (v - mean) / scale);

/** `x = mean + scale · z`, in float64. */
export const unstandardize = (s: Standardizer, z: FloatTensor): Tensor<Float64Array> =>
  byColumn("unstandardize", s, z, (v, mean, scale) => mean + scale * v);

/** `Σ_j log scale_j`: a log density in the standardised coordinates becomes `log p_x(x) = log p_z(z) − logDetScale`. */
export const logDetScale = ({ scale }: Standardizer): number => scale.reduce((sum, v) => sum + Math.log(v), 0);

function byColumn(
  what: string,
  { mean, scale }: Standardizer,
  x: FloatTensor,
  f: (v: number, mean: number, scale: number) => number,
): Tensor<Float64Array> {
  const [, d] = matrixShape(what, x);
  if (d !== mean.length)
    throw new ShapeError(`${what}: points of shape ${showShape(x.shape)}; expected (n, ${mean.length})`);
  return tensor(
    Float64Array.from(x.data, (v, i) => f(v, mean[i % d]!, scale[i % d]!)),
    x.shape,
  );
}

function matrixShape(what: string, x: FloatTensor): [number, number] {
  const [n, d] = x.shape;
  if (n === undefined || d === undefined || x.shape.length !== 2)
    throw new ShapeError(`${what}: points of shape ${showShape(x.shape)}; expected (n, d)`);
  return [n, d];
}

/** That real rows have a density at all. */

import { cholesky, lowerInverse } from "../util/cholesky.js";
import { InputError } from "../util/errors.js";
import { columnCovariance, variance } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import { count, several } from "../util/words.js";
import type { RunConfig } from "./config.js";
import type { RunData } from "./prepare.js";
import { isDiscrete } from "./registries.js";

/** A column that the others leave this little of, in standard deviations, is beyond single precision. */
const THINNEST = 1e-5;
/** What rounding to single precision may leave of one that depends on the others. */
const ROUNDED = 1e-6;

/**
 * Rows of real points that lie in a plane have no density, and the baseline of every evaluation is a Gaussian fitted to them.
 * @param remedy how that column is left out, to end the message, from the columns that stay.
 * @throws InputError when they do, or are fewer than their columns.
 */
export function expectDensity(
  config: RunConfig,
  { train, coordinates }: Pick<RunData, "train" | "coordinates">,
  remedy: (kept: readonly string[]) => string = () => "",
): void {
  // Levels of pixels have probabilities, of which there are some in every plane.
  if (isDiscrete(config) || config.data.image) return;
  const columns = coordinates.names;
  const [rows, d] = [train.shape[0] ?? 0, columns.length];
  if (rows <= d)
    throw new InputError(
      `${count(rows, "row")} ${rows === 1 ? "is" : "are"} left for training, of ${count(d, "column")}; give more rows, so that at least ${d + 1} are left`,
    );
  // Where cells stand for intervals, their places would hide what cells depend on.
  const cells = coordinates.noisy.length === 0 ? train : coordinates.encode(coordinates.decode(train));
  const thin = thinColumn(cells);
  if (!thin) return;
  const different = countDifferent(cells);
  if (different <= d)
    throw new InputError(
      `of ${count(rows, "row")} left for training ${different} differ, and so few lie in a plane of their ${count(d, "column")}; give more rows, so that at least ${d + 1} differ`,
    );
  const { column: j, left } = thin;
  const others = j > 0 ? ` (${several(columns.slice(0, j), 8)})` : "";
  // Coordinates in single precision do not tell less from nothing.
  const what =
    left < ROUNDED
      ? `is a weighted sum of the columns before it${others}, as far as single precision tells, so there is no joint density`
      : `is nearly a weighted sum of the columns before it${others}: they leave ${left.toExponential(0)} of its standard deviation, too little for a density in single precision`;
  throw new InputError(
    `column ${columns[j]} ${what}; leave one of them out${remedy(columns.filter((_, k) => k !== j))}`,
  );
}

/** Rows that are equal to none before. */
function countDifferent({ data, shape }: FloatTensor): number {
  const [n, d] = shape as [number, number];
  return new Set(Array.from({ length: n }, (_, i) => data.subarray(i * d, (i + 1) * d).join())).size;
}

/** The first column that depends on those before it, and what they leave of it, in standard deviations. */
function thinColumn(rows: FloatTensor): { readonly column: number; readonly left: number } | null {
  const d = rows.shape[1] ?? 0;
  const { covariance } = columnCovariance(rows.data, d);
  const scale = Float64Array.from({ length: d }, (_, i) => Math.sqrt(covariance[i * d + i]!));
  for (let i = 0; i < d * d; i++) covariance[i]! /= scale[Math.floor(i / d)]! * scale[i % d]!;
  // What is added keeps the factor real, and is less than what is looked for.
  const added = covariance.map((v, i) => (i % (d + 1) === 0 ? v + THINNEST ** 2 / 10 : v));
  const lower = cholesky(added, d, "expectDensity");
  const column = Array.from({ length: d }, (_, j) => lower[j * d + j]!).findIndex((left) => left < THINNEST);
  return column < 0 ? null : { column, left: leftOver(rows, column, covariance, scale) };
}

/** Standard deviation of what is left of a column when those before it are taken out, by least squares, row by row. */
function leftOver({ data, shape }: FloatTensor, j: number, correlation: Float64Array, scale: Float64Array): number {
  const [n, d] = shape as [number, number];
  const square = (rows: number, of: (i: number, k: number) => number): Float64Array =>
    Float64Array.from({ length: rows * rows }, (_, at) => of(Math.floor(at / rows), at % rows));
  const inverse = lowerInverse(
    cholesky(
      square(j, (i, k) => correlation[i * d + k]!),
      j,
      "expectDensity",
    ),
    j,
  );
  const towards = Array.from({ length: j }, (_, i) =>
    correlation.subarray(j * d, j * d + i + 1).reduce((s, r, k) => s + inverse[i * j + k]! * r, 0),
  );
  const weights = Array.from({ length: j }, (_, k) => towards.reduce((s, t, i) => s + t * inverse[i * j + k]!, 0));
  const left = Float64Array.from({ length: n }, (_, row) =>
    weights.reduce((v, w, k) => v - (w * data[row * d + k]!) / scale[k]!, data[row * d + j]! / scale[j]!),
  );
  return Math.sqrt(variance(left));
}

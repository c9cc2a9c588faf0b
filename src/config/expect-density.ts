/** That real rows have a density at all. */

import { cholesky } from "../util/cholesky.js";
import { InputError } from "../util/errors.js";
import { columnCovariance } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import type { RunConfig } from "./config.js";
import type { RunData } from "./prepare.js";
import { isDiscrete } from "./registries.js";

/** A column that the others leave this little of, in standard deviations, is beyond single precision. */
const THINNEST = 1e-5;

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
  if (isDiscrete(config)) return;
  const columns = coordinates.names;
  const [rows, d] = [train.shape[0] ?? 0, columns.length];
  if (rows <= d)
    throw new InputError(
      `${rows} rows are left for training, of ${d} columns; give more rows, so that at least ${d + 1} are left`,
    );
  // Where cells stand for intervals, their places would hide what cells depend on.
  const cells = coordinates.noisy.length === 0 ? train : coordinates.encode(coordinates.decode(train));
  const j = thinColumn(cells);
  if (j < 0) return;
  const others = j > 0 ? ` (${columns.slice(0, j).join(", ")})` : "";
  throw new InputError(
    `column ${columns[j]} is a weighted sum of the columns before it${others}, so there is no joint density; leave one of them out${remedy(columns.filter((_, k) => k !== j))}`,
  );
}

/** The first column that depends on those before it, or −1. */
function thinColumn({ data, shape }: FloatTensor): number {
  const d = shape[1] ?? 0;
  const { covariance } = columnCovariance(data, d);
  const scale = Float64Array.from({ length: d }, (_, i) => Math.sqrt(covariance[i * d + i]!));
  for (let i = 0; i < d * d; i++) covariance[i]! /= scale[Math.floor(i / d)]! * scale[i % d]!;
  // What is added keeps the factor real, and is less than what is looked for.
  for (let i = 0; i < d; i++) covariance[i * d + i]! += THINNEST ** 2 / 10;
  const lower = cholesky(covariance, d, "expectDensity");
  return Array.from({ length: d }, (_, j) => lower[j * d + j]!).findIndex((left) => left < THINNEST);
}

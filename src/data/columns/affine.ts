/** Mean and standard deviation of a column, and cells without the digits that coordinates do not hold. */

import { InputError } from "../../util/errors.js";
import { columnMoments } from "../../util/moments.js";
import { count } from "../../util/words.js";
import type { Affine } from "./column.js";

/**
 * Mean and standard deviation (the root mean square deviation, divisor `n`) of numbers.
 * @param more variance of what is added to them.
 * @throws InputError when they are constant, or one is not finite.
 */
export function affineOf(name: string, values: Float64Array, more = 0): Affine {
  const { mean, squares } = columnMoments(values, 1);
  const [at, scale] = [mean[0]!, Math.sqrt(squares[0]! / values.length + more)];
  if (!Number.isFinite(scale))
    throw new InputError(
      `column ${name}: its mean or spread is not finite; remove rows that are not finite numbers, or that are too large to be squared (beyond 1e150)`,
    );
  if (scale < 1e-150 && values.some((v) => v !== values[0]))
    throw new InputError(`column ${name}: its numbers are too small to be squared; multiply them by a power of ten`);
  // A constant column leaves at most the rounding of its mean.
  if (!(scale > Math.abs(at) * 1e-14))
    throw new InputError(
      `column ${name} is constant over ${count(values.length, "row")}, so it has no spread; drop it`,
    );
  return { mean: at, scale };
}

/** Six digits below a standard deviation: what float32 holds, and not the digits it does not. */
export const roundedBelow = (x: number, deviation: number): number =>
  Number(x.toFixed(Math.min(100, Math.max(0, 6 - Math.floor(Math.log10(deviation))))));

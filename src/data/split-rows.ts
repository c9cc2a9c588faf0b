import { permutation } from "../random/choose.js";
import type { Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";
import { count } from "../util/words.js";
import { takeRows } from "./take-rows.js";

export interface RowSplit {
  readonly train: FloatTensor;
  readonly validation: FloatTensor;
  readonly test: FloatTensor;
}

/**
 * Divide the rows of `(n, ...event)` at random into three parts that share none: `round(validation · n)` rows,
 * `round(test · n)` rows, and the rest for training. A fraction of 0 gives a part without rows.
 * @throws InputError when a fraction is not in [0, 1), or a part that was asked for would have no row.
 */
export function splitRows(
  key: Key,
  x: FloatTensor,
  { validation = 0.1, test = 0.2 }: { readonly validation?: number; readonly test?: number } = {},
): RowSplit {
  const n = x.shape[0] ?? 0;
  const sizes = { validation: partSize("validation", validation, n), test: partSize("test", test, n) };
  const rest = n - sizes.validation - sizes.test;
  if (rest < 1)
    throw new InputError(
      `${count(n, "row")} ${n === 1 ? "leaves" : "leave"} none for training after ${sizes.validation} for validation and ${sizes.test} for test; lower the fractions`,
    );
  const order = permutation(key, n);
  return {
    validation: takeRows(x, order.subarray(0, sizes.validation)),
    test: takeRows(x, order.subarray(sizes.validation, n - rest)),
    train: takeRows(x, order.subarray(n - rest)),
  };
}

/** The fewest rows of which that many are left for training. @param fractions as `splitRows` has them. */
export function rowsToTrainOn(
  least: number,
  { validation, test }: { readonly validation: number; readonly test: number },
): number {
  let n = least;
  while (n - Math.round(validation * n) - Math.round(test * n) < least) n++;
  return n;
}

function partSize(name: string, fraction: number, n: number): number {
  if (!(fraction >= 0 && fraction < 1))
    throw new InputError(`${name} fraction ${fraction}: expected a number from 0 to below 1`);
  const size = Math.round(fraction * n);
  if (fraction > 0 && size === 0)
    throw new InputError(
      `${count(n, "row")} ${n === 1 ? "is" : "are"} too few for a ${name} fraction of ${fraction}; raise it, or set it to 0`,
    );
  return size;
}

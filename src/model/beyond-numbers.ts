/** Rows beyond all that a model can say a number of. */

import { NumericError } from "../util/errors.js";
import type { FloatTensor } from "../util/tensor.js";

/** A coordinate of the model, in standard deviations unless told otherwise, beyond which what is made of it may overflow. */
const BEYOND = 1e8;

/**
 * Energies where not-a-number is +∞, which it is to within the numbers there are, of rows that are that far away: such a row
 * is the least likely there is.
 * @throws NumericError for a row among the others: then the model is broken, and says nothing of any row.
 */
export function beyondNumbers(energies: Float64Array, { data, shape }: FloatTensor): Float64Array {
  const d = data.length / Math.max(1, shape[0]!);
  return energies.map((energy, i) => {
    if (!Number.isNaN(energy)) return energy;
    const row = data.subarray(i * d, (i + 1) * d);
    if (row.some((v) => !(Math.abs(v) < BEYOND))) return Number.POSITIVE_INFINITY;
    throw new NumericError(
      `the energy of row ${i + 1} is not a number, and the row is not far from the others: the parameters of the model are broken; train it again, or take others (--last)`,
    );
  });
}

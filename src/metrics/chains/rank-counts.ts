/** How the ranks of each chain are spread among those of all: the numbers of a rank plot. */

import { InputError } from "../../util/errors.js";
import { type Chains, copyChains } from "./chains.js";
import { averageRanks } from "./ranks.js";

/**
 * `counts[chain][bin]`: draws of the chain whose rank among the draws of all chains falls in each of so many equal bins.
 * Chains of one law have about as many in every bin; one that stands elsewhere has too many at an end, one that is too
 * narrow in the middle. Ties share the mean of their ranks.
 * Source: Vehtari et al. (2021), section 6.
 * @throws InputError for fewer than two bins or a number that is NaN. @throws ShapeError when the data do not fill the shape.
 */
export function rankCounts(chains: Chains, bins = 20): number[][] {
  if (!Number.isInteger(bins) || bins < 2) throw new InputError(`rankCounts: expected at least 2 bins, got ${bins}`);
  const { shape, data } = copyChains(chains);
  if (data.some(Number.isNaN)) throw new InputError("rankCounts: a draw is NaN and has no rank");
  const [n, draws] = shape;
  const counts = Array.from({ length: n }, () => new Array<number>(bins).fill(0));
  averageRanks(data).forEach((rank, i) => {
    counts[Math.floor(i / draws)]![Math.min(bins - 1, Math.floor((bins * (rank - 0.5)) / data.length))]!++;
  });
  return counts;
}

/** Labels of a partition, counted. */

import { checkLabels } from "./mode-weights.js";

/**
 * The share of labels `(n)` in each of the cells `0 … cells − 1`; label −1, for none, counts in `n` alone. What
 * `totalVariation` compares: `totalVariation({ p, q: labelFrequencies(labels, 8) }, { draws: labels.length })`.
 * @throws InputError for no labels or one that is not a whole number from −1 to `cells − 1`.
 */
export function labelFrequencies(labels: ArrayLike<number>, cells: number): Float64Array {
  checkLabels("labelFrequencies", labels, cells);
  const counts = new Float64Array(cells);
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= 0) counts[labels[i]!]!++;
  return counts.map((count) => count / labels.length);
}

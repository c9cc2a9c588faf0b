/** How much farther apart rows of two samples are than rows of one. */

import { z } from "zod";
import { fold } from "../../random/key.js";
import { metric } from "../metric.js";
import { permutationOption, permutationTest, pool, type TwoSamples, type TwoSampleTest } from "./two-sample.js";

function negativeDistance(row: Float64Array, from: number): void {
  for (let j = from; j < row.length; j++) row[j] = -Math.sqrt(row[j]!);
}

/**
 * Energy distance of samples `(n, d)` and `(m, d)`, `2 E|X − Y| − E|X − X′| − E|Y − Y′|` with means over all pairs, a
 * row and itself included: at least 0, and 0 only for equal samples. The p-value is that of permuting the rows. Nothing
 * is to be chosen, but coordinates of larger scale count for more. In one dimension it is `2 ∫ (F − G)²`, twice the
 * Cramér distance; SciPy reports its square root.
 * The trap: the rows must be independent; draws of one chain are not, and their p-value is too small.
 * Throws ShapeError for anything but two samples of equally many columns, InputError for fewer than 2 rows,
 * NumericError for a number that is not finite.
 */
export const energyDistance = metric({
  name: "energy-distance",
  about: "Energy distance between two samples, with a permutation p-value.",
  cite: "Székely & Rizzo (2013), Energy statistics: a class of statistics based on distances",
  of: "two-samples",
  options: z.object({ permutations: permutationOption(200) }),
  compute({ x, y, key }: TwoSamples, { permutations }): TwoSampleTest {
    const pooled = pool("energy-distance", { x, y });
    const { n, m } = pooled;
    return permutationTest(
      pooled,
      fold(key, "permutations"),
      permutations,
      negativeDistance,
      ({ xx, xy, yy }) => (2 * xx) / (n * n) + (2 * yy) / (m * m) - (2 * xy) / (n * m),
    );
  },
});

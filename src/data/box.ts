/** Boxes that hold all but 1e-6 of the mass. */

import { normalQuantile } from "../random/normal-quantile.js";

const OUTSIDE = 1e-6;

/** How many standard deviations a normal coordinate needs so that all `d` of them together leave out at most 1e-6. */
export const reach = (d: number): number => -normalQuantile(OUTSIDE / (2 * d));

/** The box around normal clouds with these means and standard deviations, `(components, d)`. */
export function boxAround(
  means: readonly (readonly number[])[],
  deviations: readonly (readonly number[])[],
): [number, number][] {
  const d = means[0]!.length;
  const z = reach(d);
  return Array.from({ length: d }, (_, j) => [
    Math.min(...means.map((mean, k) => mean[j]! - z * deviations[k]![j]!)),
    Math.max(...means.map((mean, k) => mean[j]! + z * deviations[k]![j]!)),
  ]);
}

/** The exact weights of modes on a grid: the answer the estimates are compared with. */

import { ShapeError } from "../../util/errors.js";
import { metric } from "../metric.js";
import { type GridDensity, gridMasses } from "./grid.js";
import { checkLabels, modeOptions } from "./mode-weights.js";

/**
 * `w_k = ∫ p [label = k]` over the box, and the mass in no mode; together they sum to 1. A cell belongs to the mode of
 * its centre. Throws NumericError for NaN, InputError for a label out of range, ShapeError when the lengths differ.
 */
export const gridModeWeights = metric({
  name: "grid-mode-weights",
  about: "Exact mode weights of a 2-D density by summing over a grid.",
  cite: "Davis & Rabinowitz (1984), Methods of numerical integration",
  of: "grid",
  options: modeOptions,
  compute(
    { grid, logP, labels }: GridDensity & { readonly labels: ArrayLike<number> },
    { modes },
  ): { readonly weights: readonly number[]; readonly outside: number } {
    const { masses } = gridMasses("grid-mode-weights", grid, logP);
    if (labels.length !== masses.length)
      throw new ShapeError(`grid-mode-weights: ${labels.length} labels for a grid of ${grid.side}² points`);
    checkLabels("grid-mode-weights", labels, modes);
    const weights = new Array<number>(modes).fill(0);
    let outside = 0;
    masses.forEach((m, k) => {
      const label = labels[k]!;
      if (label < 0) outside += m;
      else weights[label]! += m;
    });
    return { weights, outside };
  },
});

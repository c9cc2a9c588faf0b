/** Whether regions of highest density hold as many rows as they say, in one curve. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../../util/errors.js";
import { roles } from "../roles.js";
import { muted } from "../theme.js";
import { linearAxis } from "./axes.js";
import { border, type Figure, roomAfter } from "./figure.js";

export interface CoverageFigure {
  readonly title: string;
  /** Of each row the mass of the smallest region of highest density that holds it, 0 to 1. */
  readonly masses: ArrayLike<number>;
  /** How far a right model's curve strays from the diagonal, at most, at the rate that the key names. */
  readonly band: number;
  readonly bandName: string;
}

/**
 * The share of rows in the region of each mass, with the diagonal of a right model and its band. A curve below it: rows
 * lie where the model is thin; above: the model is wider than the rows.
 * @throws InputError without rows.
 */
export function coverageFigure({ title, masses, band, bandName }: CoverageFigure): Figure {
  const sorted = Float64Array.from(masses).sort();
  const n = sorted.length;
  if (n === 0) throw new InputError("coverageFigure: no rows; give at least one");
  const x = linearAxis("mass of a region of highest density", [0, 1], 0);
  const y = linearAxis("share of rows in it", [0, 1], 0);
  const steps = [[0, 0], ...Array.from(sorted).map((a, i) => [a, (i + 1) / n]), [1, 1]];
  const clamp = (v: number): number => Math.min(1, Math.max(0, v));
  const ends = Array.from({ length: 101 }, (_, i) => i / 100);
  const off = Array.from(sorted).reduce(
    (worst, a, i) => Math.max(worst, Math.abs((i + 1) / n - a), Math.abs(i / n - a)),
    0,
  );
  return {
    title,
    description: `${title}: the share of ${n} rows in regions of highest density, over the mass of these; at most ${off.toFixed(3)} from the diagonal, where a right model stays within ${band.toFixed(3)}.`,
    key: [
      { name: `${n} rows`, role: "ebm", mark: "line" },
      { name: bandName, role: "truth", mark: "bar" },
    ],
    inner: 260,
    marginRight: roomAfter(x),
    plot: {
      x,
      y,
      marks: [
        Plot.areaY(ends, {
          ...{ x: (a: number) => a, y1: (a: number) => clamp(a - band), y2: (a: number) => clamp(a + band) },
          ...{ fill: roles.truth.colour, fillOpacity: 0.18 },
        }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: muted, strokeDasharray: "4 3" },
        ),
        Plot.line(steps, { stroke: roles.ebm.colour, strokeWidth: 1.8, curve: "step-after" }),
        Plot.frame(border),
      ],
    },
  };
}

/** Densities along a line, several of them in one picture. */

import * as Plot from "@observablehq/plot";
import { formatNumber } from "../format.js";
import { muted } from "../theme.js";
import { gridOf, linearAxis, logAxis, rangeOf } from "./axes.js";
import { type Figure, roomAfter } from "./figure.js";
import { type Line, type LinePoint, lineMarks } from "./lines.js";

export interface LineDensityFigure {
  readonly title: string;
  /** Densities `y` at places `x`, per unit of `x`. */
  readonly curves: readonly Line[];
  /** What runs along the line, with its unit. */
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Draw the logarithm: tails and the valley between modes, which a linear axis hides. */
  readonly log?: boolean;
  /** How far down a logarithmic axis goes from the highest density, in powers of ten. */
  readonly decades?: number;
}

/**
 * Several densities over one line, linear or logarithmic.
 * The trap of the logarithmic one: what is below its floor is not drawn, so a line that ends has not become zero.
 * @throws ShapeError when the lengths of a curve differ.
 */
export function lineDensityFigure({
  title,
  curves,
  xLabel = "s",
  log = false,
  yLabel = log ? "density (log scale)" : "density",
  decades = 6,
}: LineDensityFigure): Figure {
  const top =
    Math.max(
      0,
      ...curves.flatMap(({ y, band }) => (band ? [y, band[1]] : [y]).map((v) => rangeOf(Array.from(v))[1])),
    ) || 1;
  const floor = top * 10 ** -decades;
  const { marks, key, drawn } = lineMarks("lineDensityFigure", curves, log ? { floor } : {});
  const y = log ? logAxis(yLabel, [floor, top * 2]) : linearAxis(yLabel, [0, top * 1.06], 0);
  const x = linearAxis(xLabel, rangeOf(curves.flatMap((curve) => Array.from(curve.x))), 0);
  const told = curves.map(({ name }, i) => `${name}: ${peak(drawn[i] ?? [])}`);
  return {
    title,
    description: `${title}: ${yLabel} over ${xLabel}. ${told.join("; ")}.`,
    key,
    inner: 230,
    marginRight: roomAfter(x),
    plot: {
      x,
      y,
      marks: [gridOf(y), ...(log ? [] : [Plot.ruleY([0], { stroke: muted })]), ...marks],
    },
  };
}

function peak(points: readonly LinePoint[]): string {
  const best = points.reduce<LinePoint | undefined>(
    (a, p) => (Number.isFinite(p.y) && !(a && a.y >= p.y) ? p : a),
    undefined,
  );
  return best ? `highest (${formatNumber(best.y, 3)}) at ${formatNumber(best.x, 3)}` : "nothing to draw";
}

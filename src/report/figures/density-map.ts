/** A density in the plane as bands of colour. */

import * as Plot from "@observablehq/plot";
import type { Box, GridDensity } from "../../metrics/goodness/grid.js";
import { formatNumber } from "../format.js";
import { roles } from "../roles.js";
import { svgElement } from "../svg.js";
import { ink, muted, paper } from "../theme.js";
import { type Axis, linearAxis } from "./axes.js";
import { type Cloud, cloudName, places, thinned } from "./cloud.js";
import {
  bandColours,
  contourField,
  type DensityScale,
  densityScale,
  gridDensity,
  showThreshold,
} from "./density-scale.js";
import { border, type Figure, innerWidth, symbolOf, WIDTH } from "./figure.js";
import type { Mark } from "./mark.js";

export interface DensityMap {
  readonly title: string;
  /** Log-density `(side²)` on a grid, up to a constant: it is normalised over the box. */
  readonly field: GridDensity;
  /** The scale of several maps, from `densityScale`; of this map alone if left out. */
  readonly scale?: DensityScale;
  /** Points on top. */
  readonly points?: readonly Cloud[];
  /** Names of the two coordinates, with their units. */
  readonly axes?: readonly [string, string];
}

/** Axes over a box, and the height that gives both the same unit, within reason. */
export function planeAxes(box: Box, [xName, yName]: readonly [string, string]): { x: Axis; y: Axis; inner: number } {
  const [x, y] = [linearAxis(xName, box[0], 0), linearAxis(yName, box[1], 0)];
  const height = (innerWidth(y) * (box[1][1] - box[1][0])) / (box[0][1] - box[0][0]);
  return { x, y, inner: Math.min(640, Math.max(140, height)) };
}

/** Bands of colour with the densities between them. */
function colourKey(scale: DensityScale): NonNullable<Figure["below"]> {
  const colours = bandColours(scale);
  const width = Math.min(36, Math.floor((WIDTH - 110) / colours.length));
  const draw = (document: Document, top: number): SVGElement => {
    const g = svgElement(document, "g", { "aria-label": "colours", transform: `translate(2,${top + 6})` });
    for (const [i, fill] of colours.entries())
      g.append(svgElement(document, "rect", { x: i * width, width, height: 10, fill }));
    const outline = { width: colours.length * width, height: 10, fill: "none", stroke: muted, "stroke-width": 0.75 };
    g.append(svgElement(document, "rect", outline));
    const label = { "text-anchor": "middle", "font-size": 11, fill: ink, y: 22 };
    scale.thresholds.forEach((threshold, i) => {
      // Labels of two words' width would touch: every second then.
      if (colours.length > 7 && i % 2 === 0) return;
      g.append(svgElement(document, "text", { ...label, x: (i + 1) * width }, showThreshold(threshold, scale)));
    });
    const unit = { x: colours.length * width + 10, y: 9, fill: ink };
    g.append(svgElement(document, "text", unit, "density p(x)"));
    return g;
  };
  return { height: 34, draw };
}

/** Points of a role with a rim of paper, so that they stand out from any colour. */
export const pointMark = ({ role, x }: Pick<Cloud, "role" | "x">, many: boolean): Mark =>
  Plot.dot(thinned(places("pointMark", x)), {
    symbol: symbolOf(role),
    r: many ? 1.2 : 3,
    fill: roles[role].colour,
    fillOpacity: many ? 0.7 : 1,
    stroke: paper,
    strokeWidth: many ? 0.3 : 0.8,
    clip: true,
  });

/**
 * The density `p = exp(logP)/∫ exp(logP)` per unit of area, in bands of equal colour, with points on top.
 * Give maps that are to be compared one scale. The trap: a density that is not all inside the box looks too high.
 * @throws NumericError for NaN or a field without density, ShapeError for points that are not `(n, 2)`.
 */
export function densityMap({
  title,
  field,
  scale = densityScale([field]),
  points = [],
  axes = ["x₁", "x₂"],
}: DensityMap): Figure {
  const [[x1, x2], [y1, y2]] = field.grid.box;
  const { side } = field.grid;
  const { x, y, inner } = planeAxes(field.grid.box, axes);
  const { values, thresholds } = contourField(field, scale);
  const clouds = points.map((cloud) => ({ ...cloud, size: places(`points ${cloud.name}`, cloud.x).length }));
  return {
    title,
    description: describe(title, field, axes),
    key: clouds.map(({ name, role, size }) => ({ name: cloudName(name, size), role, mark: "dot" })),
    below: colourKey(scale),
    inner,
    plot: {
      x,
      y,
      color: { type: "threshold", domain: thresholds, range: [...bandColours(scale)] },
      marks: [
        Plot.rect([0], { x1, x2, y1, y2, fill: bandColours(scale)[0]! }),
        Plot.contour(values, {
          width: side,
          height: side,
          x1,
          x2,
          y1,
          y2,
          thresholds: [...thresholds],
          fill: Plot.identity,
        }),
        ...clouds.map((cloud) => pointMark(cloud, cloud.size > 300)),
        Plot.frame(border),
      ],
    },
  };
}

function describe(title: string, field: GridDensity, [xName, yName]: readonly [string, string]): string {
  const density = gridDensity(field);
  const top = density.reduce((best, p, i) => (p > density[best]! ? i : best), 0);
  const at = [0, 1].map((k) => formatNumber(field.grid.points.data[2 * top + k]!, 3)).join(", ");
  return `${title}: density over ${xName} and ${yName}, highest (${formatNumber(density[top]!, 3)}) at (${at}).`;
}

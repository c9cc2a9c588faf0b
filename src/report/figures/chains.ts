/** Where chains stand, and how some of them came there. */

import * as Plot from "@observablehq/plot";
import type { GridDensity } from "../../metrics/goodness/grid.js";
import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";
import { type Role, roles } from "../roles.js";
import { paper } from "../theme.js";
import { cloudName, type Place, places, thinned } from "./cloud.js";
import { planeAxes } from "./density-map.js";
import { contourField, densityScale } from "./density-scale.js";
import { border, type Figure, type KeyEntry, symbolOf } from "./figure.js";
import type { Mark } from "./mark.js";

export interface ChainsFigure {
  readonly title: string;
  /** The density the chains are to follow, drawn as contours; it gives the box. */
  readonly truth: GridDensity;
  /** `(chains, draws, 2)`. */
  readonly chains: FloatTensor;
  readonly name?: string;
  readonly role?: Role;
  /** Chains whose path is drawn: the first ones. */
  readonly paths?: number;
  readonly axes?: readonly [string, string];
}

/**
 * The last position of every chain over contours of the truth, and the path of the first few, from the ring on: at most 2000 draws.
 * The trap: the last positions of chains that never jumped look well mixed when their starts were.
 * @throws ShapeError for chains that are not `(chains, draws, 2)`, NumericError for a truth without density.
 */
export function chainsFigure({
  title,
  truth,
  chains,
  name = "chains",
  role = "ebm",
  paths = 3,
  axes = ["x₁", "x₂"],
}: ChainsFigure): Figure {
  const [count, draws, dimension] = chains.shape;
  if (chains.shape.length !== 3 || dimension !== 2 || !count || !draws)
    throw new ShapeError(`chainsFigure: chains of shape ${showShape(chains.shape)}; expected (chains, draws, 2)`);
  const all = places("chainsFigure", chains);
  const each = Array.from({ length: count }, (_, k) => all.slice(k * draws, (k + 1) * draws));
  const shown = each.slice(0, draws > 1 ? paths : 0).map((path) => path.slice(-LONG));
  const last = each.map((path) => path.at(-1)!);
  const [[x1, x2], [y1, y2]] = truth.grid.box;
  const outside = last.filter(([x, y]) => !(x >= x1 && x <= x2 && y >= y1 && y <= y2)).length;
  const { x, y, inner } = planeAxes(truth.grid.box, axes);
  const dots = cloudName(outside > 0 ? `${name}, last draw; ${outside} outside` : `${name}, last draw`, count);
  const key: KeyEntry[] = [
    { name: "truth", role: "truth", mark: "line", dash: null },
    { name: dots, role, mark: "dot" },
    ...(shown.length > 0 ? ([{ name: "start of a path", role, mark: "ring" }] as const) : []),
  ];
  return {
    title,
    description: `${title}: ${count} chains of ${draws} draws over contours of the true density; ${shown.length} paths drawn, ${outside} chains end outside the picture.`,
    key,
    inner,
    plot: {
      x,
      y,
      marks: [contours(truth), ...chainMarks(shown, last, role), Plot.frame(border)],
    },
  };
}

/** The longest path that is drawn. */
const LONG = 2000;

/** A density as lines, at the thresholds of its own scale. */
function contours(field: GridDensity): Mark {
  const [[x1, x2], [y1, y2]] = field.grid.box;
  const { side } = field.grid;
  const { values, thresholds } = contourField(field, densityScale([field]));
  return Plot.contour(values, {
    ...{ width: side, height: side, x1, x2, y1, y2, thresholds: [...thresholds] },
    ...{ fill: "none", stroke: roles.truth.colour, strokeWidth: 1, strokeOpacity: 0.85 },
  });
}

/** Paths below the last positions, and their starts above all. */
function chainMarks(shown: readonly (readonly Place[])[], last: readonly Place[], role: Role): Mark[] {
  const { colour } = roles[role];
  const symbol = symbolOf(role);
  const path = { stroke: colour, strokeWidth: 0.9, strokeOpacity: 0.55, clip: true } as const;
  const dot = { symbol, r: last.length > 300 ? 1.8 : 3, fill: colour, stroke: paper, strokeWidth: 0.6, clip: true };
  const ring = { symbol, r: 4.5, fill: paper, stroke: colour, strokeWidth: 1.6, clip: true };
  const starts = shown.map((places) => places[0]!);
  return [...shown.map((places) => Plot.line(places, path)), Plot.dot(thinned(last), dot), Plot.dot(starts, ring)];
}

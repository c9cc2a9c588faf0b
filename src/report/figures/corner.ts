/** Every pair of some columns, and every column by itself: a density of many dimensions in one picture. */

import * as Plot from "@observablehq/plot";
import { InputError, ShapeError } from "../../util/errors.js";
import { roles } from "../roles.js";
import { svgElement } from "../svg.js";
import { ink, muted, ramp } from "../theme.js";
import { type Figure, type KeyEntry, WIDTH } from "./figure.js";
import type { Mark } from "./mark.js";
import {
  across,
  frame,
  ground,
  type MarginalShape,
  marginal,
  nameAbove,
  numbersBelow,
  numbersBeside,
  type Panel,
  pixelAxes,
  type Scale,
  upwards,
  within,
} from "./panels.js";

export interface CornerColumn {
  readonly name: string;
  /** Ends of the picture along this column. */
  readonly range: readonly [low: number, high: number];
  /** Its number in each row. */
  readonly rows: ArrayLike<number>;
  /** The rows as heights of bars and the model as a curve, both per unit, on equal cells of the range. */
  readonly shape: MarginalShape;
}

export interface CornerFigure {
  readonly title: string;
  readonly columns: readonly CornerColumn[];
  /** What the rows are called in the key. */
  readonly rowsName: string;
  /**
   * The density of columns `i` (across) and `j` (up) as the mass where it is lower (`massBelow`), on `side²` equal cells,
   * row by row from below.
   */
  field(i: number, j: number): { readonly side: number; readonly below: Float64Array };
}

/** Masses of the regions of highest density that bands are of, outermost first. */
export const REGIONS: readonly number[] = [0.95, 0.75, 0.5, 0.25];

/** Colours of the bands, outermost first, light enough for rows to show on all of them. */
const bands = ramp.slice(1, 1 + REGIONS.length);

/** Distance of panels, room to the left and on the right, and the size of panels where a page would not scroll. */
const [GAP, LEFT, RIGHT, PANEL] = [7, 58, 14, 86];

/** Points of one panel at most, and of all panels about. */
const [MANY, ALL] = [1000, 6000];

/** Colours of the bands, and the mass that each region holds. */
function regionKey(width: number): NonNullable<Figure["below"]> {
  const step = 44;
  const draw = (document: Document, top: number): SVGElement => {
    const g = svgElement(document, "g", { "aria-label": "colours", transform: `translate(2,${top + 6})` });
    for (const [i, fill] of bands.entries()) {
      g.append(svgElement(document, "rect", { x: i * step, width: step, height: 10, fill }));
      const label = { "text-anchor": "middle", "font-size": 11, fill: ink, x: (i + 0.5) * step, y: 22 };
      g.append(svgElement(document, "text", label, `${100 * REGIONS[i]!} %`));
    }
    const outline = { width: bands.length * step, height: 10, fill: "none", stroke: muted, "stroke-width": 0.75 };
    g.append(svgElement(document, "rect", outline));
    const words = width < 420 ? "densest regions" : "densest regions of the model, by their mass";
    g.append(svgElement(document, "text", { x: bands.length * step + 10, y: 9, "font-size": 11, fill: ink }, words));
    return g;
  };
  return { height: 34, draw };
}

function pairMarks(
  panel: Panel,
  [x, y]: readonly [Scale, Scale],
  { side, below }: ReturnType<CornerFigure["field"]>,
  points: readonly (readonly [number, number])[],
): Mark[] {
  const { left, bottom, width, height } = panel;
  return [
    ground(panel),
    Plot.contour(below, {
      ...{ width: side, height: side, x1: left, x2: left + width, y1: bottom, y2: bottom + height },
      ...{ thresholds: REGIONS.map((mass) => 1 - mass), fill: Plot.identity },
    }),
    Plot.dot(
      points.filter(([a, b]) => within(x, a) && within(y, b)),
      { x: ([a]) => x.at(a), y: ([, b]) => y.at(b), r: 1.3, fill: ink, fillOpacity: 0.45 },
    ),
    frame(panel),
  ];
}

/** So many rows of two columns, evenly taken. */
const pairsOf = (a: ArrayLike<number>, b: ArrayLike<number>, most: number): (readonly [number, number])[] => {
  const n = Math.min(a.length, most);
  return Array.from({ length: n }, (_, k) => {
    const i = Math.floor((k * a.length) / n);
    return [a[i]!, b[i]!] as const;
  });
};

/**
 * Pairs below the diagonal: regions of highest density of the model under translucent rows. On it: the rows as bars under
 * the density of the model. A panel has its own units; a band of one colour has the same mass in all.
 * The trap: what two columns show together may hide what three do.
 * @throws InputError for fewer than two columns, ShapeError where columns have not as many rows.
 */
export function cornerFigure({ title, columns, rowsName, field }: CornerFigure): Figure {
  const d = columns.length;
  const size = columns[0]?.rows.length ?? 0;
  if (d < 2) throw new InputError(`cornerFigure: ${d} columns; give at least two`);
  const other = columns.find(({ rows }) => rows.length !== size);
  if (other) throw new ShapeError(`cornerFigure: column ${other.name} has ${other.rows.length} rows, not ${size}`);
  const width = Math.max(WIDTH, LEFT + RIGHT + d * PANEL + (d - 1) * GAP);
  const side = (width - LEFT - RIGHT - (d - 1) * GAP) / d;
  const inner = d * side + (d - 1) * GAP;
  const most = Math.min(MANY, Math.max(150, Math.floor(ALL / ((d * (d - 1)) / 2))));
  const panel = (row: number, column: number): Panel => ({
    ...{ left: column * (side + GAP), bottom: (d - 1 - row) * (side + GAP), width: side, height: side },
  });
  const x = columns.map(({ name, range }, j) => across(panel(d - 1, j), name, range));
  const colours = { rows: roles.data.colour, model: roles.ebm.colour };
  const marks = columns.flatMap((own, row) => {
    const y = upwards(panel(row, 0), own.name, own.range);
    const pairs = columns
      .slice(0, row)
      .flatMap((other, column) =>
        pairMarks(panel(row, column), [x[column]!, y], field(column, row), pairsOf(other.rows, own.rows, most)),
      );
    const diagonal = panel(row, row);
    return [
      ...pairs,
      ...marginal(diagonal, x[row]!, own.shape, colours),
      frame(diagonal),
      nameAbove(diagonal, own.name),
      ...(row > 0 ? numbersBeside(panel(row, 0), y) : []),
      ...numbersBelow(panel(d - 1, row), x[row]!),
    ];
  });
  const some = size > most ? `${rowsName} (${most} of ${size} in each panel)` : `${rowsName} (${size})`;
  const key: KeyEntry[] = [
    { name: some, role: "data", mark: "dot" },
    { name: "model", role: "ebm", mark: "line" },
  ];
  return {
    ...{ title, key, width, inner, below: regionKey(width), marginLeft: LEFT, marginRight: RIGHT },
    description: `Every pair of ${columns.map(({ name }) => name).join(", ")}: regions of highest density of the model, which hold ${REGIONS.map((mass) => `${100 * mass} %`).join(", ")} of it, under ${size} rows; on the diagonal the rows as bars and the density of the model as a line.`,
    plot: {
      ...pixelAxes(inner, inner),
      color: {
        type: "threshold",
        domain: REGIONS.map((mass) => 1 - mass),
        range: [ramp[0], ...bands],
      },
      marks,
    },
  };
}

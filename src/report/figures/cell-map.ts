/** Numbers in a table as shades: where along two axes something is large. */

import * as Plot from "@observablehq/plot";
import { InputError, ShapeError } from "../../util/errors.js";
import { formatNumber } from "../format.js";
import { ink, muted, paper, rampOf } from "../theme.js";
import type { Axis } from "./axes.js";
import { border, type Figure, shorten } from "./figure.js";

export interface CellMap {
  readonly title: string;
  /** Names of the columns and of the rows, the first row on top. */
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** `values[row][column]`; `null` or not finite where nothing is known. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Numbers at which the shade changes, increasing: one shade more than there are of them. */
  readonly thresholds: readonly number[];
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly value: number | null;
  readonly shade: number;
}

/** Height of a cell, and room for a name beside or below it, in pixels. */
const HEIGHT = 40;
const NAME = 64;

/** Names at the middles of as many places. */
const places = (label: string, names: readonly string[], at: (i: number) => number): Axis => ({
  label,
  domain: [0, names.length],
  ticks: names.map((_, i) => at(i)),
  tickFormat: (v) => shorten(names[names.map((_, i) => at(i)).indexOf(v)] ?? "", NAME, 12),
});

/**
 * Each value in its place, on a shade that says between which thresholds it lies: dark is large. A cell without a value
 * has a dash. The number stands in each cell, so that nothing is told by colour alone.
 * @throws ShapeError when a row has not one value for each column, InputError without cells or thresholds.
 */
export function cellMap({ title, columns, rows, xLabel, yLabel, values, thresholds }: CellMap): Figure {
  if (columns.length === 0 || rows.length === 0 || thresholds.length === 0)
    throw new InputError("cellMap: no cells or no thresholds; give at least one row, column and threshold");
  const wrong = values.findIndex((row) => row.length !== columns.length);
  if (wrong >= 0 || values.length !== rows.length)
    throw new ShapeError(
      `cellMap: ${wrong >= 0 ? `row ${rows[wrong]} has ${values[wrong]!.length} values` : `${values.length} rows of values`}; expected ${rows.length} rows of ${columns.length}`,
    );
  const shades = rampOf(thresholds.length + 1);
  const up = (row: number): number => rows.length - 1 - row;
  const cells = values.flatMap((row, i) =>
    row.map((value, j): Cell => {
      const known = value !== null && Number.isFinite(value) ? value : null;
      return { x: j, y: up(i), value: known, shade: known === null ? 0 : thresholds.filter((t) => known > t).length };
    }),
  );
  const text = (fill: string, own: Cell[]) =>
    Plot.text(own, {
      ...{ x: (c: Cell) => c.x + 0.5, y: (c: Cell) => c.y + 0.5, fill, fontSize: 12 },
      text: (c: Cell) => show(c.value),
    });
  const isDark = ({ shade }: Cell): boolean => shade > thresholds.length / 2;
  return {
    title,
    description: `${title}: ${yLabel} by ${xLabel}. ${rows
      .map((row, i) => `${row}: ${values[i]!.map((v, j) => `${show(v)} at ${columns[j]}`).join(", ")}`)
      .join("; ")}.`,
    key: [],
    inner: HEIGHT * rows.length,
    plot: {
      x: places(xLabel, columns, (i) => i + 0.5),
      y: places(yLabel, rows, (i) => up(i) + 0.5),
      marks: [
        ...shades.map((fill, k) =>
          Plot.rect(
            cells.filter(({ shade, value }) => shade === k && value !== null),
            {
              x1: "x",
              x2: (c: Cell) => c.x + 1,
              y1: "y",
              y2: (c: Cell) => c.y + 1,
              fill,
              stroke: muted,
              strokeWidth: 0.5,
            },
          ),
        ),
        text(
          ink,
          cells.filter((cell) => !isDark(cell)),
        ),
        text(paper, cells.filter(isDark)),
        Plot.frame(border),
      ],
    },
  };
}

const show = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? "–" : formatNumber(value, 2);

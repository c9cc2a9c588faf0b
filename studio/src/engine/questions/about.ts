/** What a model is and what it can be asked, told before anything is computed. */

import type { Trained } from "ebbflow";
import { type Column, cellsBetween } from "ebbflow/data";
import type { About, ColumnFacts } from "./answers.js";
import { cellText, rowTexts } from "./cells.js";

/** Columns that a form asks for, at most: more are no row that a person types. */
const FORM = 60;
/** A standard normal has as good as nothing beyond. */
const FAR = 8;

/** @throws Error where the configuration is none of a model. */
export function aboutOf(model: Trained, notices: readonly string[], rowsOnAxes: Float32Array): About {
  const { config, step, data, classes, energy } = model;
  const { image = null } = config.data;
  const rows = keptRows(model);
  const form = rowLack(model, image !== null);
  const real = energy.support.kind === "real";
  return {
    ...{
      step,
      notices,
      classes: energy.classes ? classes : [],
      rows: data.rows,
      image: image && [...image],
      levels: config.data.levels ?? 256,
    },
    ...{ energy: config.energy.name, objective: config.objective.name, hasFlow: model.flow !== null },
    columns: form ? [] : data.coordinates.columns.map((column, j) => factsOf(model, column, j, rows)),
    kept: form ? new Float32Array(0) : rowsOnAxes,
    usual: form ? [] : rowTexts(model, usualRow(model, rows)),
    lacks: {
      row: form,
      slices:
        form ??
        (energy.support.kind === "categorical"
          ? "Its points are one-hot: no number of one has a law given its others."
          : null),
      missing: form ?? (real ? null : "A row with empty cells: those are filled in where cells are real numbers."),
      where: real ? form : "Rows on conditions: those are drawn where cells are real numbers.",
    },
  };
}

function rowLack({ columns, energy, config }: Trained, isImage: boolean): string | null {
  if (isImage)
    return `A row of this model is an image of ${columns.length} numbers: there is no form to type one. Draw images from it, or score a file that has them as rows.`;
  if (columns.length > FORM)
    return `A row of this model has ${columns.length} columns, more than a form has places for (${FORM}). Draw rows from it, or score a file that has these columns.`;
  return energy.support.kind === "categorical"
    ? `A row of ${config.energy.name} is one-hot, which no form asks for. Draw rows from it, or score a file.`
    : null;
}

/** Rows of the training that the model keeps, in the units of the data. */
function keptRows({ data: { coordinates, seen } }: Trained): Float64Array {
  const { data } = coordinates.decode(seen.train);
  return Float64Array.from(data);
}

const columnOf = (rows: Float64Array, d: number, j: number): Float64Array =>
  Float64Array.from({ length: rows.length / d }, (_, i) => rows[i * d + j]!);

function factsOf(model: Trained, column: Column, j: number, rows: Float64Array): ColumnFacts {
  const { name, text, nominal, width } = column;
  const cells = columnOf(rows, model.columns.length, j);
  const { support } = model.energy;
  const states =
    support.kind === "binary"
      ? [...support.values]
      : nominal
        ? cellsBetween(column, -FAR, FAR)
        : width === 0
          ? [column.decode(0)]
          : [];
  return {
    name,
    kind: width === 0 ? "constant" : states.length > 0 ? "choice" : text ? "text" : "number",
    choices: states.map((cell) => cellText(model, j, cell)),
    described: support.kind === "binary" ? states.join(" or ") : column.data.kind,
    expected: text?.expected ?? null,
    range: cells.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)] as const, [
      Infinity,
      -Infinity,
    ] as readonly [number, number]),
    isLine: width === 1 && states.length === 0,
  };
}

const median = (values: Float64Array): number => Float64Array.from(values).sort()[Math.floor(values.length / 2)]!;

/** The row nearest to the medians of its coordinates, each in its own deviation. */
function usualRow({ columns, data: { seen } }: Trained, rows: Float64Array): Float64Array {
  const [n, width] = seen.train.shape as [number, number];
  const z = Float64Array.from(seen.train.data);
  const middles = Array.from({ length: width }, (_, c) => {
    const own = columnOf(z, width, c);
    const middle = median(own);
    return { middle, spread: median(own.map((v) => Math.abs(v - middle))) || 1 };
  });
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    const far = middles.reduce((sum, { middle, spread }, c) => sum + ((z[i * width + c]! - middle) / spread) ** 2, 0);
    if (far < least) [best, least] = [i, far];
  }
  return rows.subarray(best * columns.length, (best + 1) * columns.length);
}

/** Tables as CSV text. */

import { ShapeError } from "../util/errors.js";
import { entryOf, mapValues } from "../util/records.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import type { TextCells } from "./columns/column.js";
import type { LabelColumn } from "./labels.js";
import { cellsOfTexts } from "./text-columns.js";

/**
 * A table as CSV text with a header, each number in the fewest digits that read back as the same float64 or float32;
 * labels, if any, come first.
 * @throws ShapeError when the rows are not `(n, d)` for `d` column names.
 */
export function writeCsv({
  columns,
  rows,
  labels,
  texts = {},
  written = {},
}: {
  readonly columns: readonly string[];
  readonly rows: FloatTensor;
  /** Of columns that were found to be text, as a table has them. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** How the cells of other columns are written, by the name of the column. */
  readonly written?: Readonly<Record<string, TextCells>>;
  readonly labels?: Pick<LabelColumn, "column" | "cells">;
}): string {
  const d = columns.length;
  if (rows.shape.length !== 2 || rows.shape[1] !== d)
    throw new ShapeError(`writeCsv: ${d} column names for rows of shape ${showShape(rows.shape)}; expected (n, ${d})`);
  const number = rows.data instanceof Float32Array ? shortest32 : shortest64;
  const each = { ...mapValues(texts, cellsOfTexts), ...written };
  const texted = columns.map((name) => entryOf(each, name)?.write);
  const write = (v: number, j: number): string => {
    const text = texted[j];
    return text ? quote(text(v)) : number(v);
  };
  const line = (label: string | undefined, cells: readonly string[]): string =>
    (label === undefined ? cells : [quote(label), ...cells]).join(",");
  const lines = [line(labels?.column, columns.map(quote))];
  for (let i = 0; i < rows.shape[0]!; i++)
    lines.push(line(labels?.cells[i], Array.from(rows.data.subarray(i * d, (i + 1) * d), write)));
  return `${lines.join("\n")}\n`;
}

/** Cells as a file has them, read or not: its names, and a row of texts for each row. */
export interface WholeCells {
  readonly columns: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** Rows of texts, such as a header. */
export const writeRows = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quote).join(",")}\n`).join("");

/** A table of texts with a header. */
export const writeCells = ({ columns, cells }: WholeCells): string => writeRows([columns, ...cells]);

const quote = (name: string): string =>
  /^[#\s]|[",;\t\n\r]|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

const shortest64 = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

function shortest32(x: number): string {
  if (x === 0) return shortest64(x);
  // Nine digits tell all float32 apart; six or fewer often do.
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return shortest64(short);
  }
  return shortest64(Number(x.toPrecision(9)));
}

/** Cells of rows as texts, and back. */

import { type FloatTensor, type Trained, tensor } from "ebbflow";

type Of = Pick<Trained, "data" | "columns">;

/** A number in digits that a person reads. */
export const shortNumber = (v: number): string => String(Number(v.toPrecision(6)));

/** A cell as a file has it. */
export function cellText({ data }: Of, j: number, cell: number): string {
  if (Number.isNaN(cell)) return "";
  return data.coordinates.columns[j]!.text?.write(cell) ?? shortNumber(cell);
}

/** The texts of a row. */
export const rowTexts = (model: Of, row: ArrayLike<number>): string[] =>
  model.columns.map((_, j) => cellText(model, j, row[j]!));

/** A row `(1, columns)` of its cells; an empty one is NaN. @throws Error in a line for a cell that is none of its column. */
export function rowOf(model: Of, cells: readonly string[]): FloatTensor {
  const { columns } = model.data.coordinates;
  const read = columns.map(({ name, text, nominal, decode, encode }, j) => {
    const given = (cells[j] ?? "").trim();
    if (given === "") return Number.NaN;
    const cell = text ? text.read(given) : Number(given);
    if (cell === undefined) throw new Error(`Column ${name} has no ${given}; expected ${text!.expected}.`);
    if (!Number.isFinite(cell)) throw new Error(`Column ${name}: ${given} is no number.`);
    if (nominal && decode(encode(cell, 0.5)) !== cell) throw new Error(`Column ${name} never is ${given}.`);
    return cell;
  });
  return tensor(Float64Array.from(read), [1, columns.length]);
}

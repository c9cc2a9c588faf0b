/** A cell of a table as its number, and what is wrong with one that has none. */

import { InputError } from "../util/errors.js";
import type { TextCells } from "./columns/column.js";
import { type Commas, commaIn } from "./commas.js";
import { COMMA, GROUPED, isLost, isText, type Line, MISSING, NOT_FINITE, NUMBER } from "./text-columns.js";

/** A cell in quotes, as much of it as a line holds. */
export const show = (cell: string): string => JSON.stringify(cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);

/** A cell's place, and the table that it is of. */
export interface Place {
  readonly where: string;
  readonly data: readonly Line[];
  readonly from: number;
  readonly all: readonly string[];
  /** The columns that are read. */
  readonly chosen: readonly number[];
  readonly commas: Commas | undefined;
  /** Whether a model is to be trained on the table. */
  readonly training: boolean;
  /** Columns where whole numbers may be rounded. */
  readonly rounded: ReadonlySet<number>;
}

/** @throws InputError naming the cell's place and what is wrong with it. */
export function readCell(cell: string, place: Place, text: TextCells | undefined): number {
  if (text && !MISSING.test(cell)) {
    const found = text.read(cell);
    if (found === undefined)
      throw new InputError(`${place.where}: ${show(cell)} is not what the column holds: expected ${text.expected}`);
    return found;
  }
  const { where, all, from, rounded } = place;
  const decimal = place.commas?.decimal.has(all[from]!);
  const value = NUMBER.test(cell) ? Number(cell) : decimal && COMMA.test(cell) ? Number(cell.replace(",", ".")) : NaN;
  if (decimal && cell.includes("."))
    throw new InputError(
      `${where}: ${show(cell)} has a decimal point, and other cells a decimal comma; write all one way`,
    );
  if (Number.isFinite(value)) {
    if (rounded.has(from) || !isLost(cell)) return value;
    throw new InputError(
      `${where}: ${cell} is beyond 2^53, so that neighbours become one number (${value}): an identifier? drop the column, or name it real with the option real`,
    );
  }
  const given = show(cell);
  if (MISSING.test(cell))
    throw new InputError(
      `${where}: the value is missing (${given}); fill it in, ${place.training ? "or train on the other rows by --missing drop, or on all by --missing impute" : "for example by ebbflow impute, or remove the row"}`,
    );
  if (NUMBER.test(cell) || NOT_FINITE.test(cell))
    throw new InputError(
      `${where}: ${cell.length > 60 ? show(cell) : cell} is not a finite number; correct it or remove the row`,
    );
  if (COMMA.test(cell) || GROUPED.test(cell))
    throw new InputError(`${where}: ${given} ${commaIn(cell, place.data, from)}`);
  throw new InputError(`${where}: ${given} is text, not a number${withoutText(place)}`);
}

/** Which other columns hold text, and how to read the rest. */
function withoutText({ data, from, all, chosen }: Place): string {
  const text = chosen.filter((j) => j !== from && data.some(({ cells: { [j]: cell = "" } }) => isText(cell)));
  const texts = new Set(text);
  const rest = chosen.filter((j) => j !== from && !texts.has(j));
  const [also, drop] =
    text.length > 0
      ? [`, as are cells of ${text.map((j) => all[j]).join(", ")}`, "these columns"]
      : ["", "this column"];
  return `${also}; drop ${drop}, or ${naming(rest.map((j) => all[j]!))}; a column of classes is named with the option label`;
}

/** Advice to read these columns alone, as the command line takes it. */
export function naming(columns: readonly string[]): string {
  if (columns.length === 0) return "name the columns to read with the option columns";
  const list = columns.map((name) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name))).join(",");
  return `name the columns to read with the option columns: --set 'data.columns=[${list}]'`;
}

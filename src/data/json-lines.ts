/** Tables as JSON lines: one object a line, whose keys are the columns. Numbers keep the digits that the file has. */

import { InputError } from "../util/errors.js";
import type { Line } from "./text-columns.js";

/** The names of all columns, and the rows as their cells; a missing cell is an empty one. */
export interface NamedLines {
  readonly columns: readonly string[];
  readonly lines: readonly Line[];
}

/** Whether the first line that is not empty begins as an object does. */
export const isJsonLines = (text: string): boolean => /^\s*\{[ \t]*["}]/.test(text.slice(0, 512));

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A line of JSON whose numbers are strings of their digits; NaN, which other programs write, is null. */
const withDigits = (line: string): string =>
  line.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"')) return token;
    return token === "NaN" ? "null" : `"${token}"`;
  });

/**
 * Columns in the order in which keys first appear. Null, NaN and an absent key are missing cells; a text is read as a cell
 * of a CSV is.
 * @throws InputError for a line that is no object, and for a value that is an array or an object, by row and column.
 */
export function readJsonLines(text: string, source: string): NamedLines {
  const places = new Map<string, number>();
  const rows = text.split(/\r\n?|\n/).flatMap((line, i) => {
    if (line.trim() === "") return [];
    const where = `${source}: row ${i + 1}`;
    const cells: string[] = [];
    for (const [key, value] of Object.entries(objectOf(line, where))) {
      if (!places.has(key)) places.set(key, places.size);
      cells[places.get(key)!] = cellOf(value, `${where}, column ${key}`);
    }
    return [{ row: i + 1, cells }];
  });
  const width = places.size;
  if (width === 0) throw new InputError(`${source}: its objects have no keys; expected one number a column`);
  return {
    columns: [...places.keys()],
    lines: rows.map(({ row, cells }) => ({ row, cells: Array.from({ length: width }, (_, j) => cells[j] ?? "") })),
  };
}

function objectOf(line: string, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(withDigits(line));
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`${where} is no whole JSON object; expected one a line, such as {"mass": 3750, "length": 39.1}`);
}

function cellOf(value: unknown, where: string): string {
  if (value === null) return "";
  if (typeof value === "object")
    throw new InputError(
      `${where} holds ${Array.isArray(value) ? "an array" : "an object"}; expected a number, a text or null: a column for each of its values`,
    );
  return String(value).trim();
}

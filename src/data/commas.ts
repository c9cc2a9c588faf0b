/** Commas in numbers: of decimals or of thousands, as far as the column tells. */

import { several } from "../util/words.js";
import { COMMA, GROUPED, type Line, NUMBER } from "./text-columns.js";

/** What is known of the columns of a text whose cells no comma parts; added to as rows are read. */
export interface Commas {
  /** Columns whose numbers have decimal commas. */
  readonly decimal: Set<string>;
  /** Columns of numbers with decimal points. */
  readonly points: Set<string>;
}

/** Where nothing is known yet. */
export const newCommas = (): Commas => ({ decimal: new Set(), points: new Set() });

/**
 * Look at a column: its commas are decimal where every number with a comma has one of the decimal kind, some not with three
 * digits behind it, and no number has a point.
 */
export function lookAtCommas({ decimal, points }: Commas, name: string, data: readonly Line[], column: number): void {
  let [commas, some] = [true, false];
  for (const { cells } of data) {
    const cell = cells[column]!;
    if (cell.includes(",")) {
      commas &&= COMMA.test(cell);
      some ||= !GROUPED.test(cell);
    } else if (cell.includes(".") && NUMBER.test(cell)) points.add(name);
  }
  if (commas && some && !points.has(name)) decimal.add(name);
}

/** What a comma in a number is, as far as its column tells: three digits after every one may mean either. */
export function commaIn(cell: string, data: readonly Line[], column: number): string {
  const commas = data.map(({ cells }) => cells[column]!).filter((other) => other.includes(","));
  const without = cell.replaceAll(",", "");
  if (!commas.every((other) => GROUPED.test(other))) return "has a decimal comma; write a decimal point";
  if (!commas.every((other) => COMMA.test(other))) return `has thousands separators; write ${without}`;
  return `has a thousands separator or a decimal comma, which nothing in its column tells apart; write ${without} or ${cell.replace(",", ".")}`;
}

/** That commas were read as decimal ones, in words; nothing where there were none. */
export const commaNotices = (columns: readonly string[] = []): string[] =>
  columns.length === 0 ? [] : [`${several(columns, 5)}: decimal commas, read as decimals (1,5 is 1.5)`];

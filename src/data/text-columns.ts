/** What the cells of a text table are: numbers, missing ones, text; and columns of text, of codes, and of numbers too long. */

import { InputError } from "../util/errors.js";
import type { TextCells } from "./columns/column.js";

/** A row as its cells. */
export interface Line {
  /** Its number in the file, from 1, counting everything. */
  readonly row: number;
  readonly cells: readonly string[];
}

export const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
export const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
export const MISSING = /^(na|n\/a|null|none|\?|)$/i;
export const COMMA = /^[+-]?\d+,\d+$/;
export const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

/** Whether a cell is neither a number, in whatever spelling, nor missing. */
export const isText = (cell: string): boolean =>
  ![NUMBER, NOT_FINITE, MISSING, COMMA, GROUPED].some((kind) => kind.test(cell));

/** Numbers that programs never write: an order code such as `967783e7`. */
const CODE = /^\d{3,}e\d+$/i;

/** Whole numbers that a double may not hold: 16 digits and more. */
const LONG = /^[+-]?\d{16,}$/;

/** Whether a double has another value; what a double itself is written as, in its fewest digits, has none that is lost. */
export const isLost = (cell: string): boolean =>
  cell.length > 15 &&
  LONG.test(cell) &&
  Number.isFinite(Number(cell)) &&
  BigInt(cell) !== BigInt(Number(cell)) &&
  String(Number(cell)) !== cell;

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

interface Looked {
  readonly all: readonly string[];
  readonly chosen: readonly number[];
  readonly source: string;
  /** Columns that are text whatever their cells look like. */
  readonly text: readonly string[];
  /** Columns that are numbers whatever they look like. */
  readonly numbers: readonly string[];
  /** Told what would be refused, instead. */
  readonly told?: (text: string) => void;
}

/**
 * The columns of text and the texts of each, in the order of their numbers: by value where all are numbers, else by their
 * letters' codes. A column is text where none of its cells is a number, so that one that is mistyped is no category.
 * @throws InputError for a column of codes or of whole numbers that a double does not hold.
 */
export function findTexts(
  data: readonly Line[],
  { all, chosen, source, text, numbers, told }: Looked,
): Record<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const j of chosen) {
    const name = all[j]!;
    if (numbers.includes(name)) continue;
    if (text.includes(name) || isTextColumn(data, j)) {
      const distinct = new Set<string>();
      for (const { cells } of data) if (!MISSING.test(cells[j]!)) distinct.add(cells[j]!);
      const texts = [...distinct];
      found.set(name, texts.every((cell) => NUMBER.test(cell)) ? texts.sort(byNumber) : texts.sort());
    } else {
      const wrong = wrongNumbers(name, data, j);
      if (wrong && told) told(wrong);
      else if (wrong) throw new InputError(`${source}: ${wrong}`);
    }
  }
  return Object.fromEntries(found);
}

/** Whether no cell of a column is a number, and some are there. */
function isTextColumn(data: readonly Line[], j: number): boolean {
  let some = false;
  for (const { cells } of data) {
    if (MISSING.test(cells[j]!)) continue;
    if (!isText(cells[j]!)) return false;
    some = true;
  }
  return some;
}

/** Digits that a double holds whatever they are. */
const DIGITS = 15;

const tidy = (digits: string): string => digits.replace(/\.$/, "").replace(/^(-?)\./, "$10.");

/** Two cells that are different numbers and one double. */
function mergedOf(data: readonly Line[], j: number): readonly [string, string] | undefined {
  // What a program writes of a double in its fewest digits is another for every other double.
  if (!data.some(({ cells: { [j]: cell = "" } }) => cell.length > DIGITS + 1 && String(Number(cell)) !== cell))
    return undefined;
  const seen = new Map<number, string>();
  for (const { cells } of data) {
    const cell = cells[j]!;
    const plain = /^[+-]?(\d*)\.?(\d*)$/.exec(cell);
    if (!plain) continue;
    // Zeros at either end tell no numbers apart.
    const [whole, part] = [plain[1]!.replace(/^0+/, ""), plain[2]!.replace(/0+$/, "")];
    const digits = `${whole}.${part}`;
    if (digits.length <= DIGITS + 1) continue;
    const own = `${cell.startsWith("-") ? "-" : ""}${digits}`;
    const other = seen.get(Number(cell));
    if (other !== undefined && other !== own) return [tidy(other), tidy(own)];
    seen.set(Number(cell), own);
  }
  return undefined;
}

/** What is wrong with taking cells for numbers. */
function wrongNumbers(name: string, data: readonly Line[], j: number): string | undefined {
  const cellWith = (is: (cell: string) => boolean): string | undefined =>
    data.find(({ cells }) => is(cells[j]!))?.cells[j];
  const otherwise = `leave it out by --drop ${name}, or take its cells for numbers by --as ${name}=real or for categories by --as ${name}=category`;
  const lost = cellWith(isLost);
  if (lost !== undefined)
    return `column ${name} holds ${lost}, which is beyond 2^53, so that neighbours become one number (${Number(lost)}): an identifier? ${otherwise}`;
  const merged = mergedOf(data, j);
  if (merged)
    return `column ${name} holds ${merged[0]} and ${merged[1]}, which become one number (${Number(merged[0])}): more digits than a double holds? ${otherwise}`;
  const code = cellWith((cell) => CODE.test(cell));
  return code === undefined
    ? undefined
    : `column ${name} holds ${code}, which reads as the number ${Number(code)}: a code? ${otherwise}`;
}

const TRUTH = /^(true|false)$/i;

/** Cells that are numbered texts. */
export const cellsOfTexts = (texts: readonly string[]): TextCells => {
  const numbers = new Map(texts.map((text, k) => [text, k]));
  // Python writes True where others write true.
  const truths = new Map(texts.flatMap((text, k) => (TRUTH.test(text) ? [[text.toLowerCase(), k] as const] : [])));
  return {
    read: (cell) => numbers.get(cell) ?? (TRUTH.test(cell) ? truths.get(cell.toLowerCase()) : undefined),
    write: (k) => texts[k]!,
    expected: texts.join(", "),
  };
};

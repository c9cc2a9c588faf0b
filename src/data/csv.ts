/** Tables of numbers as CSV text. Every defect of a file is one line that names the file, the row and the column. */

import { CsvError, parse } from "#csv-parse";
import { InputError } from "../util/errors.js";
import { entryOf, mapValues } from "../util/records.js";
import { suggest } from "../util/suggest.js";
import { type ImageShape, type Tensor, tensor } from "../util/tensor.js";
import { count } from "../util/words.js";
import type { TextCells } from "./columns/column.js";
import { type Commas, lookAtCommas, newCommas } from "./commas.js";
import { kindOfText } from "./file-kinds.js";
import type { LabelColumn } from "./labels.js";
import { naming, readCell, show } from "./read-cell.js";
import { rowSplitter } from "./row-splitter.js";
import { cellsOfTexts, findTexts, isText, type Line, MISSING } from "./text-columns.js";
import type { WholeCells } from "./write-csv.js";

/** Named columns of numbers. */
export interface CsvTable {
  /** Where it came from: what messages call it. */
  readonly source: string;
  readonly columns: readonly string[];
  /** `(n, d)`. */
  readonly rows: Tensor<Float64Array>;
  /** The number of each row in the file, from 1, counting everything; left out of a table that is in memory. */
  readonly lines?: readonly number[];
  /** The column of labels, where one was asked for; it is none of the columns. */
  readonly labels?: LabelColumn;
  /** Of columns that were found to be text: the texts that their numbers 0, 1, … stand for. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** Columns whose decimal commas were read as such. */
  readonly decimalCommas?: readonly string[];
  /** Channels, height and width, where the columns are pixels of images. */
  readonly image?: ImageShape;
  /** All columns of the file as its cells, where they were asked for. */
  readonly whole?: WholeCells;
}

export interface CsvOptions {
  /** What messages call the text, such as its path. */
  readonly source?: string;
  /** Columns to read, in this order, by name; the others may hold anything. */
  readonly columns?: readonly string[];
  /** A column of labels, text or numbers, by name. */
  readonly label?: string | undefined;
  /** Whether the column of labels may be absent. False unless said. */
  readonly labelOptional?: boolean;
  /** Whether a model is to be fitted: then two rows are needed and no column may be constant. True unless said. */
  readonly fit?: boolean;
  /** Whether all cells are kept as the file has them. False unless said. */
  readonly whole?: boolean;
  /** Columns to leave out, by name, of all that would be read. */
  readonly drop?: readonly string[] | undefined;
  /** How the cells of some columns are written, by the name of the column. */
  readonly written?: Readonly<Record<string, TextCells>>;
  /**
   * Whether columns are looked at: one without any number is text then, and its cells are numbered; so are those named
   * as text here, and one of codes or of whole numbers that a double does not hold is refused unless it is named a number.
   */
  readonly find?: {
    readonly text: readonly string[];
    readonly numbers: readonly string[];
    /** Told what would be refused, instead. */
    readonly told?: (text: string) => void;
  };
  /**
   * Columns that are real numbers, by name: a whole number that a double does not hold, such as an identifier of 18 digits,
   * is rounded there, and refused in the others.
   */
  readonly real?: readonly string[];
  /** Whether cells may be missing (empty, `NA`, `?` …); they are read as NaN. False unless said. */
  readonly allowMissing?: boolean;
}

/**
 * Read a table of numbers.
 *
 * The separator is a tab, a semicolon or a comma, whichever comes first in that order outside quotes. A first row
 * without any number is the header; otherwise columns are called `x1 … xd`. Blank lines and lines that begin with `#`
 * are skipped; cells may be quoted. Between semicolons or tabs a number may have a decimal comma, where its column leaves no
 * doubt of that (`decimalCommas` of the table).
 * @throws InputError naming what is wrong, with the row as the file counts it.
 */
export function readCsv(text: string, options: CsvOptions = {}): CsvTable {
  const { lines, commas } = readText(text, options.source ?? "csv");
  return readCells(lines, options, undefined, commas);
}

/** What is known of rows beforehand: their names, and the row that says how many cells each has. */
interface KnownHead {
  readonly columns: readonly string[];
  readonly row?: number;
}

/**
 * The same of rows that are cells already.
 * @param head what no first row has to say. @param commas of a text whose cells no comma parts.
 */
export function readCells(lines: readonly Line[], options: CsvOptions, head?: KnownHead, commas?: Commas): CsvTable {
  const { source = "csv", columns: named, fit = true, allowMissing = false } = options;
  if (lines.length === 0) throw new InputError(`${source}: no rows; expected a header row and rows of numbers`);
  const header = head ? undefined : headerOf(lines[0]!, source);
  const names = head?.columns ?? header;
  const data = header === undefined ? lines : lines.slice(1);
  const width = head?.columns.length ?? lines[0]!.cells.length;
  const all = names ?? Array.from({ length: width }, (_, j) => `x${j + 1}`);
  if (data.length === 0)
    throw new InputError(`${source}: only a header row (${all.join(", ")}); expected rows of numbers below it`);
  const ragged = data.find(({ cells }) => cells.length !== width);
  if (ragged !== undefined)
    throw new InputError(
      `${source}: row ${ragged.row} has ${count(ragged.cells.length, "cell")}; expected ${width}, as row ${head?.row ?? lines[0]!.row} has`,
    );
  if (named?.length === 0) throw new InputError(`${source}: the option columns is empty; there are: ${all.join(", ")}`);
  const label = labelAt(all, options, source);
  const dropped = new Set(select(all, options.drop ?? [], source));
  const wanted = named === undefined ? all.map((_, j) => j).filter((j) => j !== label) : select(all, named, source);
  const chosen = wanted.filter((j) => !dropped.has(j));
  if (chosen.length === 0 && dropped.size > 0)
    throw new InputError(`${source}: every column is dropped; keep one, of ${all.join(", ")}`);
  const found = options.find ? findTexts(data, { all, chosen, source, ...options.find }) : {};
  const texts = { ...mapValues(found, cellsOfTexts), ...options.written };
  if (label !== undefined && (chosen.includes(label) || chosen.length === 0))
    throw new InputError(`${source}: column ${all[label]} is the label; it needs columns of numbers beside it`);
  if (commas) for (const j of chosen) lookAtCommas(commas, all[j]!, data, j);
  const training = fit || options.find !== undefined;
  const rounded = new Set(options.find ? chosen : select(all, options.real ?? [], source));
  const rows = tensor(new Float64Array(data.length * chosen.length), [data.length, chosen.length]);
  data.forEach(({ row, cells }, i) => {
    chosen.forEach((from, j) => {
      const cell = cells[from]!;
      const where = `${source}: row ${row}, column ${all[from]}`;
      const about = { where, data, from, all, chosen, commas, rounded, training };
      rows.data[i * chosen.length + j] =
        allowMissing && MISSING.test(cell) ? Number.NaN : readCell(cell, about, entryOf(texts, all[from]!));
    });
  });
  const labels = label === undefined ? {} : { labels: readLabelColumn(data, label, all[label]!, source) };
  const table: CsvTable = {
    source,
    columns: chosen.map((j) => all[j]!),
    rows,
    lines: data.map(({ row }) => row),
    ...labels,
    ...(Object.keys(found).length > 0 ? { texts: found } : {}),
    ...decimalsOf(chosen, all, commas),
    ...(options.whole ? { whole: { columns: all, cells: data.map(({ cells }) => cells) } } : {}),
  };
  if (fit) checkVaries(table);
  return table;
}

function decimalsOf(chosen: readonly number[], all: readonly string[], commas: Commas | undefined) {
  const decimalCommas = chosen.map((j) => all[j]!).filter((name) => commas?.decimal.has(name));
  return decimalCommas.length > 0 ? { decimalCommas } : {};
}

function readText(text: string, source: string): { lines: Line[]; commas: Commas | undefined } {
  const kind = kindOfText(text);
  if (kind) throw new InputError(`${source} is ${kind.name}; ${kind.remedy}`);
  const plain = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const delimiter = delimiterOf(plain);
  const lines: Line[] = [];
  let after = 0;
  for (const rows of piecesOf(plain, source)) {
    for (const line of readLines(rows, { source, delimiter, after })) lines.push(line);
    after += linesIn(rows);
  }
  return { lines, commas: commasBetween(delimiter) };
}

/** Characters of a piece. */
const PIECE = 2 ** 16;

/** Pieces of whole rows: what is noted of a row while it is read takes ten times its room. */
function* piecesOf(text: string, source: string): Generator<string> {
  const rows = rowSplitter(source);
  for (let at = 0; at < text.length; at += PIECE) yield rows.push(text.slice(at, at + PIECE));
  yield rows.rest();
}

/** Line feeds of a text. */
export function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/** How the cells of a text are told apart. */
interface LineOptions {
  readonly source: string;
  readonly delimiter: string;
  /** Lines of the file before the text. */
  readonly after: number;
}

/** The cells of a text whose lines end with a line feed alone. */
export function readLines(text: string, { source, delimiter, after }: LineOptions): Line[] {
  if (text.includes("\0")) throw new InputError(`${source} is no text; readTable, given its bytes, says what it is`);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    // The library types records as plain rows, whatever `info` asks for.
    records = parse(text, {
      delimiter,
      bom: true,
      comment: "#",
      comment_no_infix: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      info: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(
      `${source}: row ${after + Number(error.lines)}: a quoted cell is not closed, or has text beside its quotes`,
    );
  }
  return records.map(({ record, info }) => ({ row: after + info.lines, cells: record.slice() }));
}

/** The separator, by the first line that is no comment. */
export function delimiterOf(text: string): string {
  const first = text.split("\n", 1000).find((line) => !/^\s*(#|$)/.test(line.replace(/^\uFEFF/, ""))) ?? "";
  const unquoted = first.replace(/"[^"]*"/g, "");
  return ["\t", ";"].find((mark) => unquoted.includes(mark)) ?? ",";
}

/** What is known of commas in numbers, where cells are not parted by them. */
export const commasBetween = (delimiter: string): Commas | undefined => (delimiter === "," ? undefined : newCommas());

/** The names of the columns, when the first line holds names: then no cell of it is a number or stands for one. */
export function headerOf({ row, cells }: Line, source: string): string[] | undefined {
  if (!cells.every((cell) => cell === "" || isText(cell)) || !cells.some(isText)) return undefined;
  const names = cells.map((cell, j) => (cell === "" ? `x${j + 1}` : cell));
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new InputError(`${source}: row ${row} names two columns ${twice}; rename one`);
  return names;
}

function select(all: readonly string[], wanted: readonly string[], source: string): number[] {
  const places = new Map(all.map((name, j) => [name, j]));
  const seen = new Set<string>();
  return wanted.map((name) => {
    const j = places.get(name);
    if (j === undefined)
      throw new InputError(`${source}: no column ${name}${suggest(name, all)}; there are: ${all.join(", ")}`);
    if (seen.has(name)) throw new InputError(`${source}: the option columns names ${name} twice`);
    seen.add(name);
    return j;
  });
}

/** Where the column of labels is. */
function labelAt(all: readonly string[], { label, labelOptional }: CsvOptions, source: string): number | undefined {
  if (label === undefined || (labelOptional && !all.includes(label))) return undefined;
  return select(all, [label], source)[0];
}

function readLabelColumn(data: readonly Line[], from: number, column: string, source: string): LabelColumn {
  const missing = data.find(({ cells }) => MISSING.test(cells[from]!));
  if (missing)
    throw new InputError(
      `${source}: row ${missing.row}, column ${column}: the label is missing (${show(missing.cells[from]!)}); fill it in or remove the row`,
    );
  return { column, cells: data.map(({ cells }) => cells[from]!), rows: data.map(({ row }) => row) };
}

function checkVaries({ source, columns, rows }: CsvTable): void {
  const [n, d] = [rows.shape[0]!, columns.length];
  if (n === 1) throw new InputError(`${source}: only one row of numbers; at least two are needed`);
  const varies = columns.map((_, j) => {
    for (let i = 1; i < n; i++) if (rows.data[i * d + j] !== rows.data[j]) return true;
    return false;
  });
  const still = columns.filter((_, j) => !varies[j]);
  if (still.length === 0) return;
  const [what, drop] =
    still.length === 1
      ? [`column ${still[0]} is constant (${rows.data[varies.indexOf(false)]} in every row)`, "drop it"]
      : [`columns ${still.join(", ")} are constant`, "drop them"];
  throw new InputError(`${source}: ${what}; ${drop}, or ${naming(columns.filter((_, j) => varies[j]))}`);
}

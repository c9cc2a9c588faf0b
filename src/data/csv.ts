/** Tables of numbers as CSV text. Every defect of a file is one line that names the file, the row and the column. */

import { CsvError, parse } from "#csv-parse";
import { InputError } from "../util/errors.js";
import { entryOf, mapValues } from "../util/records.js";
import { suggest } from "../util/suggest.js";
import { type Tensor, tensor } from "../util/tensor.js";
import type { TextCells } from "./columns/column.js";
import { kindOfText } from "./file-kinds.js";
import type { LabelColumn } from "./labels.js";
import {
  COMMA,
  cellsOfTexts,
  findTexts,
  GROUPED,
  isText,
  type Line,
  MISSING,
  NOT_FINITE,
  NUMBER,
} from "./text-columns.js";
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
  /** Whether cells may be missing (empty, `NA`, `?` …); they are read as NaN. False unless said. */
  readonly allowMissing?: boolean;
}

/**
 * Read a table of numbers.
 *
 * The separator is a tab, a semicolon or a comma, whichever comes first in that order outside quotes. A first row
 * without any number is the header; otherwise columns are called `x1 … xd`. Blank lines and lines that begin with `#`
 * are skipped; cells may be quoted.
 * @throws InputError naming what is wrong, with the row as the file counts it.
 */
export const readCsv = (text: string, options: CsvOptions = {}): CsvTable =>
  readCells(readText(text, options.source ?? "csv"), options);

/** What is known of rows beforehand: their names, and the row that says how many cells each has. */
interface KnownHead {
  readonly columns: readonly string[];
  readonly row?: number;
}

/** The same of rows that are cells already. @param head what no first row has to say. */
export function readCells(lines: readonly Line[], options: CsvOptions, head?: KnownHead): CsvTable {
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
      `${source}: row ${ragged.row} has ${ragged.cells.length} cells; expected ${width}, as row ${head?.row ?? lines[0]!.row} has`,
    );
  if (named?.length === 0) throw new InputError(`${source}: the option columns is empty; there are: ${all.join(", ")}`);
  const label = labelAt(all, options, source);
  const dropped = select(all, options.drop ?? [], source);
  const wanted = named === undefined ? all.map((_, j) => j).filter((j) => j !== label) : select(all, named, source);
  const chosen = wanted.filter((j) => !dropped.includes(j));
  if (chosen.length === 0 && dropped.length > 0)
    throw new InputError(`${source}: every column is dropped; keep one, of ${all.join(", ")}`);
  const found = options.find ? findTexts(data, { all, chosen, source, ...options.find }) : {};
  const texts = { ...mapValues(found, cellsOfTexts), ...options.written };
  if (label !== undefined && (chosen.includes(label) || chosen.length === 0))
    throw new InputError(`${source}: column ${all[label]} is the label; it needs columns of numbers beside it`);
  const rows = tensor(new Float64Array(data.length * chosen.length), [data.length, chosen.length]);
  data.forEach(({ row, cells }, i) => {
    chosen.forEach((from, j) => {
      const cell = cells[from]!;
      const about = { where: `${source}: row ${row}, column ${all[from]}`, data, from, all, chosen };
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
    ...(options.whole ? { whole: { columns: all, cells: data.map(({ cells }) => cells) } } : {}),
  };
  if (fit) checkVaries(table);
  return table;
}

function readText(text: string, source: string): Line[] {
  const kind = kindOfText(text);
  if (kind) throw new InputError(`${source} is ${kind.name}; ${kind.remedy}`);
  const plain = text.replace(/\r\n?/g, "\n");
  return readLines(plain, { source, delimiter: delimiterOf(plain), after: 0 });
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
  return records.map(({ record, info }) => ({ row: after + info.lines, cells: record }));
}

/** The separator, by the first line that is no comment. */
export function delimiterOf(text: string): string {
  const first = text.split("\n", 1000).find((line) => !/^\s*(#|$)/.test(line.replace(/^\uFEFF/, ""))) ?? "";
  const unquoted = first.replace(/"[^"]*"/g, "");
  return ["\t", ";"].find((mark) => unquoted.includes(mark)) ?? ",";
}

/** The names of the columns, when the first line holds names: then no cell of it is a number or stands for one. */
export function headerOf({ row, cells }: Line, source: string): string[] | undefined {
  const isName = (cell: string): boolean => !NUMBER.test(cell) && !NOT_FINITE.test(cell) && !MISSING.test(cell);
  if (!cells.every((cell) => cell === "" || isName(cell)) || !cells.some(isName)) return undefined;
  const names = cells.map((cell, j) => (cell === "" ? `x${j + 1}` : cell));
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) throw new InputError(`${source}: row ${row} names two columns ${twice}; rename one`);
  return names;
}

function select(all: readonly string[], wanted: readonly string[], source: string): number[] {
  return wanted.map((name, i) => {
    const j = all.indexOf(name);
    if (j < 0) throw new InputError(`${source}: no column ${name}${suggest(name, all)}; there are: ${all.join(", ")}`);
    if (wanted.indexOf(name) !== i) throw new InputError(`${source}: the option columns names ${name} twice`);
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

/** A cell in quotes, as much of it as a line holds. */
const show = (cell: string): string => JSON.stringify(cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);

/** A cell's place, and the table that it is of. */
interface Place {
  readonly where: string;
  readonly data: readonly Line[];
  readonly from: number;
  readonly all: readonly string[];
  /** The columns that are read. */
  readonly chosen: readonly number[];
}

function readCell(cell: string, place: Place, text: TextCells | undefined): number {
  if (text && !MISSING.test(cell)) {
    const found = text.read(cell);
    if (found === undefined)
      throw new InputError(`${place.where}: ${show(cell)} is not what the column holds: expected ${text.expected}`);
    return found;
  }
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const { where } = place;
  const given = show(cell);
  if (MISSING.test(cell))
    throw new InputError(
      `${where}: the value is missing (${given}); fill it in, or leave out such rows by --missing drop; ebbflow impute fills it in from a run trained on whole rows`,
    );
  if (NUMBER.test(cell) || NOT_FINITE.test(cell))
    throw new InputError(
      `${where}: ${cell.length > 60 ? show(cell) : cell} is not a finite number; correct it or remove the row`,
    );
  if (COMMA.test(cell) || GROUPED.test(cell)) throw new InputError(`${where}: ${given} ${commaIn(cell, place)}`);
  throw new InputError(`${where}: ${given} is text, not a number${withoutText(place)}`);
}

/** What a comma in a number is, as far as its column tells: three digits after every one may mean either. */
function commaIn(cell: string, { data, from }: Place): string {
  const commas = data.map(({ cells }) => cells[from]!).filter((other) => other.includes(","));
  const without = cell.replaceAll(",", "");
  if (!commas.every((other) => GROUPED.test(other))) return "has a decimal comma; write a decimal point";
  if (!commas.every((other) => COMMA.test(other))) return `has thousands separators; write ${without}`;
  return `has a thousands separator or a decimal comma, which nothing in its column tells apart; write ${without} or ${cell.replace(",", ".")}`;
}

/** Which other columns hold text, and how to read the rest. */
function withoutText({ data, from, all, chosen }: Place): string {
  const text = chosen.filter((j) => j !== from && data.some(({ cells: { [j]: cell = "" } }) => isText(cell)));
  const rest = chosen.filter((j) => j !== from && !text.includes(j));
  const [also, drop] =
    text.length > 0
      ? [`, as are cells of ${text.map((j) => all[j]).join(", ")}`, "these columns"]
      : ["", "this column"];
  return `${also}; drop ${drop}, or ${naming(rest.map((j) => all[j]!))}; a column of classes is named with the option label`;
}

/** Advice to read these columns alone, as the command line takes it. */
function naming(columns: readonly string[]): string {
  if (columns.length === 0) return "name the columns to read with the option columns";
  const list = columns.map((name) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name))).join(",");
  return `name the columns to read with the option columns: --set 'data.columns=[${list}]'`;
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

/** How the columns of a run are brought into the coordinates of its model. */

import { affineOf } from "../data/columns/affine.js";
import { MOST_CATEGORIES } from "../data/columns/category.js";
import type { Affine, ColumnData, ColumnKind, Standardise } from "../data/columns/column.js";
import { type Coordinates, cellsOf, coordinatesOf } from "../data/columns/coordinates.js";
import { areDates } from "../data/columns/date.js";
import * as kinds from "../data/columns/members.js";
import { kindOfCells } from "../data/columns/profile.js";
import type { CsvTable } from "../data/csv.js";
import { takeRows } from "../data/take-rows.js";
import { InputError, under } from "../util/errors.js";
import { median, quantile } from "../util/moments.js";
import { findMember, parseOptions } from "../util/options.js";
import { entryOf } from "../util/records.js";
import { suggest } from "../util/suggest.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { several, show } from "../util/words.js";
import type { Member, RunConfig } from "./config.js";

/** A column whose spread is less than this part of its mean has no digits left in single precision. */
const NARROWEST = 1e-5;

/** Refuses to leave numbers as they are that single precision does not tell apart. */
function asTheyAre(name: string, { mean, scale }: Affine): Affine {
  if (scale < NARROWEST * Math.abs(mean))
    throw new InputError(
      `column ${name} has mean ${mean.toPrecision(3)} and standard deviation ${scale.toPrecision(3)}, which single precision does not tell from constant; subtract its mean, or leave data.standardize at true`,
      ["data", "standardize"],
    );
  return { mean: 0, scale: 1 };
}

const isAffine = (data: ColumnData): data is ColumnData & Affine => "scale" in data;

const byName = Object.values(kinds) as unknown as readonly ColumnKind[];

/** The rows that coordinates are fitted to. */
export interface FittedRows {
  readonly columns: readonly string[];
  readonly all: FloatTensor;
  readonly train: FloatTensor;
  /** Texts of columns that hold text. */
  readonly texts?: CsvTable["texts"];
  /** Whether cells of `all` may be missing: they are passed over then. */
  readonly lacking?: boolean;
  /** Whether the kinds of columns are looked for in their cells: else those that are not told are real. */
  readonly look: boolean;
}

/** @throws InputError for a kind that is told of a column there is not. */
export function expectColumns(as: Readonly<Record<string, unknown>>, columns: readonly string[]): void {
  const unknown = Object.keys(as).find((name) => !columns.includes(name));
  if (unknown !== undefined)
    throw new InputError(`no column ${unknown}${suggest(unknown, columns)}; there are: ${columns.join(", ")}`, [
      "data",
      "as",
    ]);
}

/** The cells of a column of all rows, those that may be missing left out. */
function cellsIn({ all, lacking }: Pick<FittedRows, "all" | "lacking">, j: number): Float64Array {
  const cells = cellsOf(all, j);
  return lacking ? cells.filter((v) => !Number.isNaN(v)) : cells;
}

/**
 * A configuration with the shape of the images that its table holds.
 * @throws InputError where the columns are not the pixels of images of the shape that is told.
 */
export function withImage(config: RunConfig, table: CsvTable | undefined): RunConfig {
  const image = config.data.image ?? (table?.image && [...table.image]);
  if (!image || !table) return config;
  const [pixels, d] = [image.reduce((a, b) => a * b, 1), table.columns.length];
  if (pixels !== d)
    throw new InputError(
      `images of shape ${showShape(image)} have ${pixels} pixels, and ${table.source} has ${d} columns; give all of them`,
      ["data", "image"],
    );
  return { ...config, data: { ...config.data, image: image as [number, number, number] } };
}

/**
 * Kinds of the columns: what they are told to be, else what their cells make of them.
 * @throws InputError for a column there is not, one of text that are no categories, and where all are constant.
 */
export function kindsOf({ data }: Pick<RunConfig, "data">, rows: Omit<FittedRows, "train">): Member[] {
  const { as = {} } = data;
  const { columns, texts, look } = rows;
  expectColumns(as, columns);
  const found = columns.map((name, j): Member => {
    const told = entryOf(as, name);
    if (told !== undefined) return typeof told === "string" ? { name: told } : (told as Member);
    if (data.image) return { name: kinds.pixel.name, ...(data.levels === undefined ? {} : { levels: data.levels }) };
    return { name: look ? kindOfCells(cellsIn(rows, j), entryOf(texts, name) !== undefined) : kinds.real.name };
  });
  expectCategories(rows, found);
  if (found.every(({ name }) => name === kinds.constant.name))
    throw new InputError(`${several(columns, 5)}: constant, so that there is nothing to learn; give other columns`);
  return found;
}

/** @throws InputError naming every column of text whose cells are too many to be categories, and how to leave them out. */
function expectCategories({ columns, all, texts }: Omit<FittedRows, "train">, found: readonly Member[]): void {
  const n = all.shape[0]!;
  const many = columns.filter((name, j) => {
    const count = entryOf(texts, name)?.length ?? 0;
    return found[j]!.name === kinds.category.name && count > Math.min(MOST_CATEGORIES, n / 2);
  });
  if (many.length === 0) return;
  const [first] = many as [string];
  const dates = many.filter((name) => areDates(entryOf(texts, name)!));
  if (dates.length > 0)
    throw new InputError(
      `${dates.length === 1 ? `column ${dates[0]} holds dates` : `columns ${dates.join(", ")} hold dates`}: learn them as days by ${dates.map((name) => `--as ${name}=date`).join(" ")}, or leave them out by --drop ${dates.join(",")}`,
      ["data", "as"],
    );
  const counts = `${entryOf(texts, first)!.length} different cells in ${n} rows`;
  throw new InputError(
    `${many.length === 1 ? `column ${first} is text, with ${counts}` : `columns ${many.join(", ")} are text, ${first} with ${counts}`}: no categories, which have two rows each and are at most ${MOST_CATEGORIES}; leave out what names rows: --drop ${many.join(",")}`,
    ["data", "columns"],
  );
}

/**
 * That single precision tells most numbers of a column apart once they are divided by its deviation.
 * @throws InputError naming the number that takes their digits.
 */
function expectToldApart(name: string, train: Float64Array): void {
  const middle = median(train);
  const half = quantile(train, 0.75) - quantile(train, 0.25);
  const farthest = train.reduce((far, v) => (Math.abs(v - middle) > Math.abs(far - middle) ? v : far), middle);
  // No deviation is larger than the farthest distance, nor below it by more than the root of the rows.
  if (half <= 0 || half >= (NARROWEST * Math.abs(farthest - middle)) / Math.sqrt(train.length)) return;
  throw new InputError(
    `column ${name} holds ${show(farthest)}, and half of its rows lie within ${show(half)} of each other: single precision does not tell them apart beside it; correct or leave out that row${train.every((v) => v > 0) ? `, or learn logarithms by --as ${name}=positive` : ""}`,
    ["data"],
  );
}

/**
 * The coordinates of rows of columns of all kinds: which values there are by all rows, where they lie by those of training.
 * @throws InputError for a column that is not of the kind it is told to be, or a real one that is constant over the
 * training rows, or for single precision.
 */
export function fitCoordinates(
  { data }: Pick<RunConfig, "data">,
  rows: FittedRows,
  found: readonly Member[],
): Coordinates {
  const { columns, train, texts } = rows;
  const { standardize } = data;
  const standardise: Standardise = (name, values, more) => {
    const fitted = affineOf(name, values, more);
    return standardize === false ? asTheyAre(name, fitted) : fitted;
  };
  const described = columns.map((name, j): ColumnData => {
    const { name: kind, ...given } = found[j]!;
    const member = findMember("column kind", byName, kind);
    const all = cellsIn(rows, j);
    if (kind !== kinds.real.name && all.some(Number.isNaN))
      throw new InputError(`column ${name} lacks cells (NaN); leave out such rows (missing: drop), or the column`);
    const cells = { name, all, train: cellsOf(train, j), texts: entryOf(texts, name) };
    if (cells.texts && kind !== kinds.category.name && kind !== kinds.boolean.name && kind !== kinds.constant.name)
      throw new InputError(`column ${name} is text, and a ${kind} one holds numbers; leave it to be a category`);
    return under("data", () =>
      under("as", () => {
        const parsed = parseOptions(`column kind ${kind}`, member.options, given);
        if (kind === kinds.real.name) expectToldApart(name, cells.train);
        return { name, kind, ...(member.fit(cells, parsed, standardise) as object) };
      }),
    );
  });
  if (standardize !== "together") return coordinatesOf(described);
  const widest = Math.max(...described.map((column) => (isAffine(column) ? column.scale : 0)));
  return coordinatesOf(described.map((column) => (isAffine(column) ? { ...column, scale: widest } : column)));
}

/** A configuration with the kinds that the columns of its run have, but for real ones and for pixels of images. */
export function withKinds(config: RunConfig, { columns }: Coordinates): RunConfig {
  if (config.data.image) return config;
  const told = config.data.as ?? {};
  const other = columns.filter(({ data }) => data.kind !== kinds.real.name || entryOf(told, data.name) !== undefined);
  if (other.length === 0) return config;
  const as = Object.fromEntries(other.map(({ data }) => [data.name, entryOf(told, data.name) ?? data.kind]));
  return { ...config, data: { ...config.data, as } };
}

/** Some rows of a table, with their labels and numbers. */
export function rowsAt<Table extends Pick<CsvTable, "rows" | "columns" | "labels" | "lines">>(
  table: Table,
  kept: readonly number[],
): Table {
  const { rows, labels, lines } = table;
  return {
    ...table,
    rows: takeRows(rows, kept),
    ...(lines ? { lines: kept.map((i) => lines[i]!) } : {}),
    ...(labels
      ? { labels: { ...labels, cells: kept.map((i) => labels.cells[i]!), rows: kept.map((i) => labels.rows[i]!) } }
      : {}),
  };
}

/** Rows without those that lack a cell. @throws InputError when none are left. */
export function wholeRows<Table extends Pick<CsvTable, "rows" | "columns" | "labels" | "lines">>(table: Table): Table {
  const { rows, columns } = table;
  const d = columns.length;
  const kept = Array.from({ length: rows.shape[0]! }, (_, i) => i).filter(
    (i) => !rows.data.subarray(i * d, (i + 1) * d).some(Number.isNaN),
  );
  if (kept.length === rows.shape[0]) return table;
  if (kept.length > 0) return rowsAt(table, kept);
  const missing = columns.map((_, j) => cellsOf(rows, j).filter(Number.isNaN).length);
  const worst = columns[missing.indexOf(Math.max(...missing))];
  throw new InputError(`every row lacks a cell; drop a column that is often missing, such as --drop ${worst}`);
}

/** A table before it is learned from: what each column is taken for, and what may surprise a density. */

import { entryOf } from "../../util/records.js";
import { several, show } from "../../util/words.js";
import { commaNotices } from "../commas.js";
import type { CsvTable } from "../csv.js";
import { cellsOf } from "./coordinates.js";
import { areDates } from "./date.js";
import { type Profile, profileOf } from "./profile.js";

/** A column, its profile, and what there is to say of it. */
export interface Described extends Profile {
  /** Rows as the file counts them, from 1 where there is none. */
  readonly farthest: Profile["farthest"];
  readonly name: string;
  readonly texts?: readonly string[];
  /** Clauses: ties, atoms, missing cells, outliers, spans. */
  readonly notes: readonly string[];
}

export interface DescribedTable {
  readonly rows: number;
  /** Rows that are equal to one before. */
  readonly duplicates: number;
  /** Rows that lack a cell. */
  readonly incomplete: number;
  readonly columns: readonly Described[];
  readonly notices: readonly string[];
}

/** Values of one column that are so many times larger than others leave no digits for those. */
const SPAN = 1e8;

/** Atoms that are named. */
const NAMED = 3;

/** Whole numbers up to it are told apart by a double. */
const EXACT = 2 ** 53;

const percent = (share: number): string => `${show(100 * share)} %`;

/** The largest size of a number that is not 0 over the smallest. */
function spanOf(cells: Float64Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const v of cells) {
    const size = Math.abs(v);
    if (size > 0) [least, most] = [Math.min(least, size), Math.max(most, size)];
  }
  return most > 0 ? most / least : 1;
}

/** Rows far out that are named. */
const FAR = 3;

/** `5 far out: 2501 in row 213, 2499 in row 462, 2250 in row 181 …` */
function farOut({ outliers, farthest }: Profile): string {
  const named = farthest.slice(0, FAR).map(({ row, value }) => `${Number(value.toPrecision(6))} in row ${row}`);
  return `${outliers} far out: ${named.join(", ")}${outliers > named.length ? " …" : ""}`;
}

function notesOf(name: string, profile: Profile, cells: Float64Array, texts: readonly string[] | undefined): string[] {
  const { kind, why, atoms, missing, rows, outliers, low, distinct } = profile;
  const said = (value: number): string => texts?.[value] ?? show(value);
  const shown = atoms.slice(0, NAMED).map(({ value, rows: n }) => `${said(value)} in ${percent(n / (rows - missing))}`);
  const span = texts ? 1 : spanOf(cells);
  const long = texts ? 0 : cells.filter((v) => Math.abs(v) > EXACT).length;
  const tied = kind === "real" && atoms.length > 0;
  return [
    ...(kind === "real" ? [] : [why]),
    ...(shown.length > 0 && kind !== "constant" ? [`${shown.join(", ")} of the rows`] : []),
    ...(tied ? ["no density is bounded at values that many rows share"] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(outliers > 0 && kind !== "boolean" ? [farOut(profile)] : []),
    ...(long > 0 ? [`${long} beyond 2^53, where whole numbers are not told apart`] : []),
    ...(span >= SPAN ? [`sizes span ${span.toExponential(0)}${low > 0 ? `: --as ${name}=positive?` : ""}`] : []),
    ...(kind === "category" && texts && areDates(texts) ? [`dates: --as ${name}=date?`] : []),
    ...(kind === "category" && distinct > (rows - missing) / 2 && !(texts && areDates(texts))
      ? ["hardly a category: drop it?"]
      : []),
  ];
}

/** Rows equal to one before. */
export function countDuplicates({ rows }: Pick<CsvTable, "rows">): number {
  const [n, d] = rows.shape as [number, number];
  const seen = new Set<string>();
  for (let i = 0; i < n; i++) seen.add(rows.data.subarray(i * d, (i + 1) * d).join());
  return n - seen.size;
}

/** @param as kinds that columns are told to be. */
export function describeTable(
  table: CsvTable,
  as: Readonly<Record<string, string | { readonly name: string }>> = {},
): DescribedTable {
  const { rows, columns, texts, lines, decimalCommas } = table;
  const [n, d] = rows.shape as [number, number];
  const described = columns.map((name, j): Described => {
    const cells = cellsOf(rows, j);
    const own = entryOf(texts, name);
    const profile = profileOf(cells, own !== undefined);
    const told = entryOf(as, name);
    const kind = told === undefined ? profile.kind : typeof told === "string" ? told : told.name;
    const found = told === undefined ? profile : { ...profile, kind, why: "as told" };
    const farthest = found.farthest.map(({ row, value }) => ({ row: lines?.[row] ?? row + 1, value }));
    const numbered = { ...found, farthest };
    return { name, ...numbered, ...(own ? { texts: own } : {}), notes: notesOf(name, numbered, cells, own) };
  });
  const incomplete = Array.from({ length: n }, (_, i) => i).filter((i) =>
    rows.data.subarray(i * d, (i + 1) * d).some(Number.isNaN),
  ).length;
  const positive = described.filter(({ kind, low }) => kind === "real" && low > 0).map(({ name }) => name);
  return {
    ...{ rows: n, duplicates: countDuplicates(table), incomplete, columns: described },
    notices: [
      ...commaNotices(decimalCommas),
      ...(positive.length > 0
        ? [`${several(positive, 5)}: above 0, and real unless --as ${positive[0]}=positive (by the logarithm)`]
        : []),
    ],
  };
}

/** What kinds other than real a model takes its columns for, in a line; `null` where all are real. */
export function showKinds(
  columns: readonly { readonly name: string; readonly data: { readonly kind: string } }[],
): string | null {
  const kinds = new Map<string, string[]>();
  for (const { name, data } of columns)
    if (data.kind !== "real" && data.kind !== "constant") kinds.set(data.kind, [...(kinds.get(data.kind) ?? []), name]);
  return kinds.size === 0 ? null : [...kinds].map(([kind, names]) => `${kind}: ${several(names, 6)}`).join("; ");
}

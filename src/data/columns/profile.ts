/** What the cells of a column are like, and which kind of column they make. */

import { mean, median, quantile, variance } from "../../util/moments.js";
import { distinctOf, type Lattice, latticeOf } from "./lattice.js";

/** A value that many rows share. */
export interface Atom {
  readonly value: number;
  readonly rows: number;
}

/** A column as its cells show it; missing cells are only counted. */
export interface Profile {
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly deviation: number;
  /** The most frequent values: those of a twentieth of the rows and of at least five. */
  readonly atoms: readonly Atom[];
  /** The lattice that the cells lie on, looked for where ties say that there may be one. */
  readonly lattice: Lattice | null;
  /** Rows farther from the median than five times what half of them keep to. */
  readonly outliers: number;
  /** The farthest of them first, ten at most, by the place of the row, from 0. */
  readonly farthest: readonly { readonly row: number; readonly value: number }[];
  /** The kind that the cells make, and why. */
  readonly kind: string;
  readonly why: string;
}

/** Steps in a standard deviation from which on a lattice is as good as none. */
const FINE = 1000;

/** A value is an atom when so many rows share it: this part of them, and so many. */
const [ATOM, LEAST] = [0.05, 5];

function atomsOf(values: Float64Array): Atom[] {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(v + 0, (counts.get(v + 0) ?? 0) + 1);
  const least = Math.max(LEAST, ATOM * values.length);
  return [...counts]
    .filter(([, rows]) => rows >= least)
    .map(([value, rows]) => ({ value, rows }))
    .sort((a, b) => b.rows - a.rows || a.value - b.value);
}

/** Outliers that are kept by their rows. */
const FARTHEST = 10;

/** Beyond five times the larger of the two half-widths from the median: no row of a normal law in a million. */
function outliersOf(cells: Float64Array, values: Float64Array): Pick<Profile, "outliers" | "farthest"> {
  const at = median(values);
  const half = quantile(
    values.map((v) => Math.abs(v - at)),
    0.5,
  );
  const away = (row: number): number => Math.abs(cells[row]! - at);
  const far: number[] = [];
  if (half > 0) for (const row of cells.keys()) if (away(row) > 7.4 * half) far.push(row);
  const farthest = far.sort((a, b) => away(b) - away(a) || a - b).slice(0, FARTHEST);
  return { outliers: far.length, farthest: farthest.map((row) => ({ row, value: cells[row]! })) };
}

/**
 * The kind of a column of numbers. Real ones stay real; a column becomes another kind only where its cells leave no doubt:
 * one value (constant), 0 and 1 (boolean), or a lattice whose values are at most half as many as the rows, or one of whose
 * values is an atom (whole).
 */
function judged(n: number, distinct: Float64Array, atoms: readonly Atom[], deviation: number) {
  const count = distinct.length;
  const none = { lattice: null };
  if (count === 1) return { ...none, kind: "constant", why: "one value" };
  const ties = count <= n / 2;
  if (ties && count === 2 && distinct[0] === 0 && distinct[1] === 1)
    return { ...none, kind: "boolean", why: "0 and 1" };
  const found = ties || atoms.length > 0 ? (latticeOf(distinct) ?? null) : null;
  const steps = found ? `steps of ${Number(found.step.toPrecision(6))}` : "";
  if (found && atoms.length > 0) return { lattice: found, kind: "whole", why: `${steps}, values that many rows share` };
  if (found && deviation <= FINE * found.step)
    return { lattice: found, kind: "whole", why: `${steps}, ${count} values in ${n} rows` };
  return { lattice: found, kind: "real", why: ties ? "ties, on no lattice that matters" : "few ties" };
}

/** Cells of a long column that are looked at first, and the part of them that differ where ties do not matter. */
const [SAMPLE, DIFFER] = [4096, 0.98];

/** Whether some cells from all over a long column, in no order of its own since rows may be sorted, show no ties. */
function hasFewTies(cells: Float64Array): boolean {
  const n = cells.length;
  if (n <= 2 * SAMPLE) return false;
  const places = new Set(Array.from({ length: SAMPLE }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 0) % n));
  const some = Float64Array.from(places, (i) => cells[i]!);
  return new Set(some).size >= DIFFER * some.length;
}

/** What cells make of a column, and why. */
function found(values: Float64Array, isText: boolean) {
  const distinct = distinctOf(values);
  const deviation = values.length > 1 ? Math.sqrt(variance(values)) : 0;
  const atoms = atomsOf(values);
  const kind = isText
    ? { lattice: null, kind: distinct.length === 1 ? "constant" : "category", why: "text" }
    : judged(values.length, distinct, atoms, deviation);
  return { distinct, deviation, atoms, ...kind };
}

const isThere = (v: number): boolean => !Number.isNaN(v);

/** The kind of cells, NaN where one is missing. @param isText whether numbers stand for text. */
export const kindOfCells = (cells: Float64Array, isText = false): string =>
  !isText && hasFewTies(cells) ? "real" : found(cells.filter(isThere), isText).kind;

/** The profile of cells, likewise. */
export function profileOf(cells: Float64Array, isText = false): Profile {
  const values = cells.filter(isThere);
  const { distinct, ...rest } = found(values, isText);
  return {
    ...{ rows: cells.length, missing: cells.length - values.length, distinct: distinct.length },
    ...{ low: distinct[0] ?? Number.NaN, high: distinct[distinct.length - 1] ?? Number.NaN },
    ...{ mean: mean(values), ...rest },
    ...(isText ? { outliers: 0, farthest: [] } : outliersOf(cells, values)),
  };
}

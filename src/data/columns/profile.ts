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

/** Beyond five times the larger of the two half-widths from the median: no row of a normal law in a million. */
function outliersOf(values: Float64Array, at: number): number {
  const away = values.map((v) => Math.abs(v - at));
  const half = quantile(away, 0.5);
  return half > 0 ? away.filter((v) => v > 7.4 * half).length : 0;
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

/** The profile of cells, NaN where one is missing. @param isText whether numbers stand for text. */
export function profileOf(cells: Float64Array, isText = false): Profile {
  const values = cells.filter((v) => !Number.isNaN(v));
  const n = values.length;
  const distinct = distinctOf(values);
  const deviation = n > 1 ? Math.sqrt(variance(values)) : 0;
  const atoms = atomsOf(values);
  const found = isText
    ? { lattice: null, kind: distinct.length === 1 ? "constant" : "category", why: "text" }
    : judged(n, distinct, atoms, deviation);
  return {
    ...{ rows: cells.length, missing: cells.length - n, distinct: distinct.length },
    ...{ low: distinct[0] ?? Number.NaN, high: distinct[distinct.length - 1] ?? Number.NaN },
    ...{ mean: mean(values), deviation, atoms, ...found },
    outliers: isText ? 0 : outliersOf(values, median(values)),
  };
}

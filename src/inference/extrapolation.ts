/** Where conditions lie among rows: whether a law given them is one that rows have shown, or what the model makes up. */

import { quantile } from "../util/moments.js";
import { entryOf } from "../util/records.js";
import type { FloatTensor } from "../util/tensor.js";
import { several, show } from "../util/words.js";

/** A condition that lies outside what rows have shown. */
export interface Extrapolation {
  /** The row whose condition it is, numbered from 0. */
  readonly row: number;
  /** Coordinates of the flattened event: those that lie outside by themselves or, if none does, all that were given. */
  readonly coordinates: readonly number[];
  readonly values: readonly number[];
  /** The least and the largest number of the rows, coordinate by coordinate. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** How often a condition like those of the rows lies as far from the others, at most. */
  readonly pValue: number;
  /** How often one is named, at most. */
  readonly rate: number;
}

/** How often a condition like those of the rows is named, at most, where rows are enough to tell. */
const RATE = 0.01;

/** Rows from which on something is said. */
const LEAST = 20;

/** A place is as empty as its fifth nearest row is far: the nearest may be the one other row that lies astray. */
const NEIGHBOURS = 5;

/** Distances of `n` rows to all others in some coordinates, as far as they matter. */
interface Distances {
  /** Of a point to each of the rows, `(n)`. */
  from(point: ArrayLike<number>): Float64Array;
  /** Of each row to its `k−1`-th and `k`-th nearest other row. */
  readonly before: Float64Array;
  readonly kth: Float64Array;
}

/** The `k−1`-th (0 for none) and the `k`-th smallest of numbers, but for the one at `skip`. */
function smallest(values: Float64Array, k: number, skip = -1): [before: number, kth: number] {
  const least = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    if (i === skip || !(values[i]! < least[k - 1]!)) continue;
    let at = k - 1;
    for (; at > 0 && least[at - 1]! > values[i]!; at--) least[at] = least[at - 1]!;
    least[at] = values[i]!;
  }
  return [k > 1 ? least[k - 2]! : 0, least[k - 1]!];
}

function distancesIn(columns: readonly Float64Array[], k: number): Distances {
  const n = columns[0]!.length;
  const from = (point: ArrayLike<number>): Float64Array => {
    const squares = new Float64Array(n);
    for (const [j, column] of columns.entries())
      for (let i = 0; i < n; i++) squares[i]! += (column[i]! - point[j]!) ** 2;
    return squares.map(Math.sqrt);
  };
  const [before, kth] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const own = from(columns.map((column) => column[i]!));
    [before[i], kth[i]] = smallest(own, k, i);
  }
  return { from, before, kth };
}

/** How far a point lies from the rows, and each row from the others and that point. */
function scores({ from, before, kth }: Distances, point: ArrayLike<number>, k: number) {
  const away = from(point);
  // A point that is nearer than the k-th neighbour takes its place, or that of one before it.
  const rows = kth.map((far, i) => (away[i]! < far ? Math.max(before[i]!, away[i]!) : far));
  return { own: smallest(away, k)[1], rows };
}

/** Of one more score among others that it is exchangeable with: the share of all that are as large. */
const rankOf = (own: number, others: Float64Array): number =>
  (1 + others.reduce((count, v) => count + (v >= own ? 1 : 0), 0)) / (others.length + 1);

/** A coordinate of the known rows, in units of its quartile range. */
function columnOf(known: FloatTensor, j: number, k: number) {
  const n = known.shape[0]!;
  const d = known.data.length / n;
  const values = Float64Array.from({ length: n }, (_, i) => known.data[i * d + j]!);
  const sorted = values.slice().sort();
  const range = [sorted[0]!, sorted[n - 1]!] as const;
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25) || range[1] - range[0] || 1;
  const scaled = values.map((v) => v / spread);
  return { spread, range, scaled, alone: distancesIn([scaled], k) };
}

/**
 * What says of rows which of their conditions lie outside what other rows have shown.
 *
 * Outside is where rows are as sparse as hardly anywhere they are: the distance of a condition to its fifth nearest row,
 * in quartile ranges of the columns, is ranked among the same distances of the rows themselves, each to the others and
 * the condition. Of a condition that is exchangeable with the rows that rank is uniform (full conformal prediction, Vovk,
 * Gammerman & Shafer 2005), whatever law they have and whatever their units: it is named at most once in 100 times, or,
 * by fewer than 99 rows, once in as many as there are and one. Where more than one coordinate is given, two questions
 * share that rate: the coordinate that is farthest out by itself, and all of them together; it then takes 199 rows. By
 * fewer than 20 rows nothing is said.
 * @param known rows `(n, ...event)` that the model was trained on.
 */
export function extrapolationsFrom(
  known: FloatTensor,
): (rows: FloatTensor, which: readonly number[], coordinates: readonly number[]) => readonly Extrapolation[] {
  const n = known.shape[0] ?? 0;
  const d = known.data.length / Math.max(n, 1);
  const k = Math.min(NEIGHBOURS, n - 1);
  // Numbers that are the same must be so here too.
  const rounded = known.data instanceof Float32Array ? Math.fround : (v: number): number => v;
  const columns = new Map<number, ReturnType<typeof columnOf>>();
  const at = (j: number): ReturnType<typeof columnOf> => {
    const found = columns.get(j) ?? columnOf(known, j, k);
    columns.set(j, found);
    return found;
  };
  return (rows, which, coordinates) => {
    if (n < LEAST || coordinates.length === 0) return [];
    const own = coordinates.map(at);
    const questions = own.length > 1 ? 2 : 1;
    // By few rows there is no smaller rank.
    const limit = Math.max(RATE / questions, 1 / (n + 1));
    const scaledColumns = own.map(({ scaled }) => scaled);
    const together = questions > 1 ? distancesIn(scaledColumns, k) : undefined;
    return which.flatMap((row): Extrapolation[] => {
      const values = coordinates.map((j) => rows.data[row * d + j]!);
      const scaled = own.map(({ spread }, i) => rounded(values[i]!) / spread);
      const alone = own.map((column, i) => scores(column.alone, [scaled[i]!], k));
      const farthest = Float64Array.from({ length: n }, (_, i) => Math.max(...alone.map((s) => s.rows[i]!)));
      const ranks = alone.map((s) => rankOf(s.own, farthest));
      const joint = together && scores(together, scaled, k);
      const jointly = joint ? rankOf(joint.own, joint.rows) : 1;
      const outside = ranks.flatMap((rank, i) => (rank <= limit ? [i] : []));
      if (outside.length === 0 && jointly > limit) return [];
      const named = outside.length > 0 ? outside : [...own.keys()];
      return [
        {
          ...{ row, coordinates: named.map((i) => coordinates[i]!), values: named.map((i) => values[i]!) },
          ranges: named.map((i) => own[i]!.range),
          pValue: Math.min(1, questions * Math.min(jointly, ...ranks)),
          rate: questions * limit,
        },
      ];
    });
  };
}

/**
 * `x = 4, outside -3.1 to 3.2 of the rows`; names are those of the coordinates.
 * @param written how the values of some are written, by their names: those of the others are numbers.
 */
export function showExtrapolation(
  { coordinates, values, ranges }: Extrapolation,
  names: readonly string[],
  written: Readonly<Record<string, { write(value: number): string }>> = {},
): string {
  const each = coordinates.map((j, i) => {
    const [low, high] = ranges[i]!;
    const inside = values[i]! >= low && values[i]! <= high;
    const said = (v: number): string => entryOf(written, names[j]!)?.write(v) ?? show(v);
    return `${names[j]} = ${said(values[i]!)} (${inside ? "few" : "no"} rows there; theirs are ${said(low)} to ${said(high)})`;
  });
  return `${several(each)}${each.length > 1 ? " together" : ""}`;
}

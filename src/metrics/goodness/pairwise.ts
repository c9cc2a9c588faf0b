/** Points and what is made of pairs of them: distances, their median, sums of a symmetric function over sets. */

import { subsample } from "../../random/choose.js";
import type { Key } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { median } from "../../util/moments.js";
import { asRows, type Rows } from "../../util/rows.js";
import { showShape } from "../../util/tensor.js";

/** Squares of numbers beyond it overflow. */
const LARGEST = 1e150;

/** Points `(rows, columns)`, row-major, every number finite and at most 1e150 in size. */
export interface Points {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * A private copy of at least two points `(n, d)`.
 * @param name the metric, `which` its argument, both for the message.
 * @throws ShapeError for another shape, InputError for fewer than two rows, NumericError naming a number that is not
 * finite or above 1e150.
 */
export function pointsOf(name: string, which: string, given: Rows): Points {
  const { shape, data } = asRows(`${name}: ${which}`, given);
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2 || columns < 1)
    throw new ShapeError(`${name}: expected ${which} of shape (n, d), got ${showShape(shape)}`);
  if (rows < 2) throw new InputError(`${name}: rows of ${which}: ${rows}; give at least 2`);
  for (let i = 0; i < data.length; i++)
    // Written so that NaN is an error.
    if (!(Math.abs(data[i]!) <= LARGEST))
      throw new NumericError(
        `${name}: row ${Math.floor(i / columns)}, column ${i % columns} (from 0) of ${which} is ${data[i]}; expected a finite number below ${LARGEST}`,
      );
  return { rows, columns, data: Float64Array.from(data) };
}

/** The chosen rows, in that order. */
export function takeRows({ columns, data }: Points, chosen: ArrayLike<number>): Points {
  const taken = new Float64Array(chosen.length * columns);
  for (let i = 0; i < chosen.length; i++)
    taken.set(data.subarray(chosen[i]! * columns, (chosen[i]! + 1) * columns), i * columns);
  return { rows: chosen.length, columns, data: taken };
}

/** `out[j] = |xᵢ − xⱼ|²` for `from ≤ j < to`; the rest of `out` is left alone. */
export function squaredDistances({ columns, data }: Points, i: number, from: number, to: number, out: Float64Array) {
  const own = i * columns;
  for (let j = from, other = from * columns; j < to; j++, other += columns) {
    let s = 0;
    for (let k = 0; k < columns; k++) {
      const gap = data[own + k]! - data[other + k]!;
      s += gap * gap;
    }
    out[j] = s;
  }
}

/** Pairs of so many points tell their median well enough: half a million distances. */
const ENOUGH = 1000;

/**
 * The median distance between two points, of at most 1000 that the key chooses. The choice looks at no label, so a test
 * that permutes labels stays exact.
 * @throws NumericError when it is 0: more than half the pairs coincide.
 */
export function medianDistance(name: string, points: Points, key: Key): number {
  const some = points.rows > ENOUGH ? takeRows(points, subsample(key, points.rows, ENOUGH)) : points;
  const n = some.rows;
  const row = new Float64Array(n);
  const distances = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; at += n - 1 - i, i++) {
    squaredDistances(some, i, i + 1, n, row);
    distances.set(row.subarray(i + 1), at);
  }
  const middle = median(distances.map(Math.sqrt));
  if (middle === 0)
    throw new NumericError(`${name}: more than half the pairs of points coincide; give the scale of the kernel`);
  return middle;
}

/** Sums of a symmetric function over pairs `i < j`: both in the set, one in it, none in it. */
export interface PairSums {
  readonly within: number;
  readonly across: number;
  readonly without: number;
}

/**
 * Pair sums of `h(i, j) = h(j, i)` for many sets of `0 … n − 1` at once. Each row of `h` is computed once, used by
 * every set and forgotten, so memory is that of the sets; only pairs within a set are visited, since row totals give
 * the rest.
 * @param row writes `out[j] = h(i, j)` for `j > i`.
 * @param sets members in ascending order.
 */
export function pairSums(
  n: number,
  row: (i: number, out: Float64Array) => void,
  sets: readonly Uint32Array[],
): PairSums[] {
  const h = new Float64Array(n);
  const totals = new Float64Array(n);
  const within = new Float64Array(sets.length);
  const at = new Uint32Array(sets.length);
  let all = 0;
  for (let i = 0; i < n; i++) {
    row(i, h);
    let rest = 0;
    for (let j = i + 1; j < n; j++) {
      rest += h[j]!;
      totals[j]! += h[j]!;
    }
    totals[i]! += rest;
    all += rest;
    for (let b = 0; b < sets.length; b++) if (sets[b]![at[b]!] === i) within[b]! += sumOver(h, sets[b]!, ++at[b]!);
  }
  return sets.map((set, b) => {
    const across = set.reduce((s, i) => s + totals[i]!, 0) - 2 * within[b]!;
    return { within: within[b]!, across, without: all - within[b]! - across };
  });
}

/** `Σ h[j]` over the members of a set from the given place on. */
function sumOver(h: Float64Array, set: Uint32Array, from: number): number {
  let s = 0;
  for (let t = from; t < set.length; t++) s += h[set[t]!]!;
  return s;
}

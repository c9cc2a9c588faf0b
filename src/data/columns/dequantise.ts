/** Densities of rows whose cells stand for intervals: the mean over places in them. */

import { uniform } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { allocate, type FloatTensor, type Tensor, tensor } from "../../util/tensor.js";
import type { Coordinates } from "./coordinates.js";

/** Places that the density of a row with such cells is the mean over, at most: pairs that lie opposite each other in the intervals. */
const [PLACES, NUMBERS] = [16, 1024] as const;

/** The more of its cells are placed the more alike are the densities at places of a row: numbers that are drawn for it, at most. */
const placesOf = (noisy: number): number => {
  const places = Math.min(PLACES, Math.floor(NUMBERS / noisy));
  return places < 2 ? 1 : places - (places % 2);
};

/** Where the places lie unless another key is given: equal rows have equal densities, in whatever file. */
const usualKey: Key = makeKey(0);

/** The cells that stand for intervals, as a number: FNV-1a (Fowler, Noll & Vo 1991) over the words of their doubles. */
function hashOf(cells: Float64Array): number {
  const words = new Uint32Array(cells.buffer);
  let hash = 0x811c9dc5;
  for (const word of words) {
    hash = Math.imul(hash ^ (word & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (word >>> 16), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Uniform numbers `(n, count, noisy)`, those of a row by its cells, the names of their columns and the key: not by where
 * the row stands, nor by the order of the columns.
 */
function uniformsOf({ columns, kept, noisy }: Coordinates, rows: FloatTensor, key: Key, count: number): Float64Array {
  const [n, d] = rows.shape as [number, number];
  const m = noisy.length;
  const named = noisy.map((c, k) => ({ k, j: kept[c]!, name: columns[kept[c]!]!.name }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  const out = allocate("float64", n * count * m);
  const own = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (const [at, { j }] of named.entries()) {
      const { encode, decode } = columns[j]!;
      // What a cell is rounded to, so that rounding does not matter, and 0 for −0.
      own[at] = decode(encode(rows.data[i * d + j]!, 0.5)) + 0;
    }
    const { data } = uniform(fold(key, hashOf(own)), [count * m], "float64");
    for (let draw = 0; draw < count; draw++)
      for (const [at, { k }] of named.entries()) out[(i * count + draw) * m + k] = data[draw * m + at]!;
  }
  return out;
}

/** Points whose noisy coordinates lie somewhere in the intervals of their cells; the others stay what they are. */
function placed(
  coordinates: Coordinates,
  rows: FloatTensor,
  points: FloatTensor,
  u: (row: number, k: number) => number,
) {
  const { columns, kept, noisy, width } = coordinates;
  const [n, d] = rows.shape as [number, number];
  const out = Float64Array.from(points.data);
  for (const [k, c] of noisy.entries()) {
    const { encode } = columns[kept[c]!]!;
    for (let i = 0; i < n; i++) out[i * width + c] = encode(rows.data[i * d + kept[c]!]!, u(i, k));
  }
  return tensor(out, [n, width]);
}

/** Float64 points of rows `(n, columns)`, one place in the intervals of each. */
export function dequantised(coordinates: Coordinates, rows: FloatTensor, key: Key): Tensor<Float64Array> {
  const { noisy } = coordinates;
  const noise = uniform(key, [rows.shape[0]!, noisy.length], "float64");
  return coordinates.encode(rows, noisy.length > 0 ? noise : undefined);
}

/** Points `(n, width)` with other places in the intervals of their cells. */
export function replaced(coordinates: Coordinates, points: FloatTensor, key: Key): FloatTensor {
  const m = coordinates.noisy.length;
  if (m === 0) return points;
  const rows = coordinates.decode(points);
  const noise = uniform(key, [rows.shape[0]!, m], "float64").data;
  return placed(coordinates, rows, points, (i, k) => noise[i * m + k]!);
}

/** Rows in the units of the file and as points; each may be made of the other. */
export interface UnitRows {
  readonly points: FloatTensor;
  readonly rows?: FloatTensor | undefined;
}

/**
 * Energies of rows in the units of the file, but for log Z and `logVolume`:
 * `−log mean_u exp(−E(z(x, u)) + bend)`, over some places u where cells stand for intervals: 16 for up to 64
 * such cells, one for more than 512. The mean is unbiased for the density, so that its logarithm is too low on average,
 * never too high (as an importance-weighted bound, Burda et al. 2016), and no density wins by what it is at single values. Of real columns it is E itself.
 */
export async function unitEnergies(
  coordinates: Coordinates,
  { points, rows = coordinates.decode(points) }: UnitRows,
  energies: (points: FloatTensor) => Promise<Float64Array>,
  key: Key = usualKey,
): Promise<Float64Array> {
  const { noisy, bent } = coordinates;
  const bentBy = (e: Float64Array, at: FloatTensor): Float64Array => {
    if (!bent) return e;
    const bend = coordinates.bend(rows, at);
    return e.map((v, i) => v - bend[i]!);
  };
  if (noisy.length === 0) return bentBy(await energies(points), points);
  const [n, m, places] = [points.shape[0]!, noisy.length, placesOf(noisy.length)];
  const half = Math.ceil(places / 2);
  const u = uniformsOf(coordinates, rows, key, half);
  const sums = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (let draw = 0; draw < places; draw++) {
    const at = placed(coordinates, rows, points, (i, k) => {
      const v = u[(i * half + (draw >> 1)) * m + k]!;
      return draw % 2 === 0 ? v : 1 - v;
    });
    const e = bentBy(await energies(at), at);
    for (let i = 0; i < n; i++) sums[i] = logAddExp(sums[i]!, -e[i]!);
  }
  return sums.map((v) => Math.log(places) - v);
}

/** `log(exp a + exp b)`; NaN where one is. */
function logAddExp(a: number, b: number): number {
  if (a === b) return a === Number.NEGATIVE_INFINITY ? a : a + Math.LN2;
  const [low, high] = a < b ? [a, b] : [b, a];
  return Number.isNaN(a - b) && Number.isFinite(high) ? Number.NaN : high + Math.log1p(Math.exp(low - high));
}

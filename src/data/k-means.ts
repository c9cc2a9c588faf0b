/** Centres of rows, which mixtures start at. */

import { integers } from "../random/choose.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";

/** Rows `(n, d)`, with what squared distances of each column are divided by. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly n: number;
  readonly d: number;
  readonly variances: Float64Array;
}

/** Rounds of k-means at most. */
const ROUNDS = 10;

/** Centres `(K, d)` by k-means from k-means++ seeds. Source: Lloyd (1982); Arthur & Vassilvitskii (2007). */
export function kMeans(points: Points, K: number, key: Key): Float64Array {
  const { x, n, d } = points;
  let centres = Float64Array.from(
    seedRows(points, K, key).flatMap((row) => Array.from({ length: d }, (_, j) => x[row * d + j]!)),
  );
  const own = new Int32Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    const before = own.slice();
    nearestCentres(points, centres, own);
    if (round > 0 && own.every((k, i) => k === before[i])) break;
    const [sums, counts] = [new Float64Array(K * d), new Float64Array(K)];
    for (let i = 0; i < n; i++) {
      counts[own[i]!]!++;
      for (let j = 0; j < d; j++) sums[own[i]! * d + j]! += x[i * d + j]!;
    }
    // A centre that no row is nearest to stays where it is.
    centres = sums.map((v, at) => (counts[Math.floor(at / d)]! > 0 ? v / counts[Math.floor(at / d)]! : centres[at]!));
  }
  return centres;
}

/** The nearest centre of each row, by squared distances in units of each column; in place. */
export function nearestCentres({ x, n, d, variances }: Points, centres: Float64Array, own: Int32Array): void {
  const weights = variances.map((v) => 1 / v);
  for (let i = 0; i < n; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k * d < centres.length; k++) {
      let s = 0;
      for (let j = 0; j < d && s < least; j++) s += (x[i * d + j]! - centres[k * d + j]!) ** 2 * weights[j]!;
      if (s < least) [own[i], least] = [k, s];
    }
  }
}

/** Rows by k-means++: the first at random, each other one with probability proportional to its squared distance. */
function seedRows({ x, n, d, variances }: Points, components: number, key: Key): number[] {
  const seeds = [integers(fold(key, "first"), [1], n)[0]!];
  const chance = uniform(fold(key, "next"), [components], "float64").data;
  const gap = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  while (seeds.length < components) {
    const from = seeds.at(-1)! * d;
    let total = 0;
    for (let i = 0; i < n; i++) {
      let s = 0;
      for (let j = 0; j < d; j++) s += (x[i * d + j]! - x[from + j]!) ** 2 / variances[j]!;
      gap[i] = Math.min(gap[i]!, s);
      total += gap[i]!;
    }
    let left = chance[seeds.length]! * total;
    let i = 0;
    while (i < n - 1 && left >= gap[i]!) left -= gap[i++]!;
    seeds.push(i);
  }
  return seeds;
}

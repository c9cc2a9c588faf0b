/** Transport distance between two samples, averaged over lines through the origin. */

import { z } from "zod";
import { normal } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { Z95 } from "../intervals/interval.js";
import { simulatedP } from "../intervals/p-value.js";
import { type Estimate, metric } from "../metric.js";
import type { Points } from "./pairwise.js";
import { type Pooled, permutationOption, pool, splits, type TwoSamples, type TwoSampleTest } from "./two-sample.js";

/** Error and interval are those of the random directions alone: how the samples scatter is the p-value's concern. */
export type SlicedWasserstein = Estimate & TwoSampleTest;

/** `∫₀¹ |F⁻¹(u) − G⁻¹(u)|ᵖ du` of ascending samples, whose quantile functions step at multiples of `1/n` and `1/m`. */
function transportCost(x: Float64Array, y: Float64Array, order: 1 | 2): number {
  const n = x.length;
  const m = y.length;
  let sum = 0;
  // In units of 1/(nm) every step is a whole number.
  for (let i = 0, j = 0, u = 0; i < n && j < m; ) {
    const endX = (i + 1) * m;
    const endY = (j + 1) * n;
    const end = Math.min(endX, endY);
    const gap = Math.abs(x[i]! - y[j]!);
    sum += (end - u) * (order === 1 ? gap : gap * gap);
    u = end;
    if (endX === end) i++;
    if (endY === end) j++;
  }
  return sum / (n * m);
}

/** `out[r] = xᵣ · θ`. */
function project({ rows, columns, data }: Points, direction: Float64Array, out: Float64Array): void {
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let s = 0;
    for (let k = 0; k < columns; k++) s += data[at + k]! * direction[k]!;
    out[r] = s;
  }
}

/** A direction that is uniform on the unit sphere. */
function directionOf(key: Key, columns: number): Float64Array {
  const z = normal(key, [columns], "float64").data;
  const length = Math.sqrt(z.reduce((s, v) => s + v * v, 0));
  return z.map((v) => v / length);
}

/** Sorts values and says whose they are; its arrays are reused from line to line. */
function sorter(rows: number): { sorted: Float64Array; ids: Uint32Array; sort(values: Float64Array): void } {
  const sorted = new Float64Array(rows);
  const ids = new Uint32Array(rows);
  const taken = new Uint32Array(rows);
  // The numbers alone sort natively, far faster than by a comparison function; a search then finds each one's place.
  const sort = (values: Float64Array): void => {
    sorted.set(values);
    sorted.sort();
    taken.fill(0);
    for (let r = 0; r < rows; r++) {
      let low = 0;
      let high = rows - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (sorted[middle]! < values[r]!) low = middle + 1;
        else high = middle;
      }
      ids[low + taken[low]!++] = r;
    }
  };
  return { sorted, ids, sort };
}

/** Deal ascending values to two arrays, each one too long: a value is written to both, and only its own moves on. */
function deal(sorted: Float64Array, ids: Uint32Array, mask: Uint8Array, inside: Float64Array, outside: Float64Array) {
  let taken = 0;
  for (let r = 0; r < sorted.length; r++) {
    const v = sorted[r]!;
    inside[taken] = v;
    outside[r - taken] = v;
    taken += mask[ids[r]!]!;
  }
}

/** `Wₚᵖ` along each direction, one array for each way to split the rows, the true one first. */
function lineCosts(pooled: Pooled, key: Key, order: 1 | 2, directions: number, permutations: number): Float64Array[] {
  const { points } = pooled;
  const chosen = splits(pooled, fold(key, "permutations"), permutations);
  const masks = chosen.map((rows) => {
    const mask = new Uint8Array(points.rows);
    for (const r of rows) mask[r] = 1;
    return mask;
  });
  const costs = chosen.map(() => new Float64Array(directions));
  const small = chosen[0]!.length;
  const inside = new Float64Array(small + 1);
  const outside = new Float64Array(points.rows - small + 1);
  const [x, y] = [inside.subarray(0, -1), outside.subarray(0, -1)];
  const values = new Float64Array(points.rows);
  const { sorted, ids, sort } = sorter(points.rows);
  for (let l = 0; l < directions; l++) {
    project(points, directionOf(fold(fold(key, "direction"), l), points.columns), values);
    sort(values);
    masks.forEach((mask, b) => {
      deal(sorted, ids, mask, inside, outside);
      costs[b]![l] = transportCost(x, y, order);
    });
  }
  return costs;
}

/**
 * Sliced Wasserstein distance of samples `(n, d)` and `(m, d)`, `(E_θ Wₚᵖ(θ·X, θ·Y))^(1/p)` over directions `θ` uniform
 * on the sphere. Along a line the distance is exact, `Wₚᵖ = ∫ |F⁻¹ − G⁻¹|ᵖ du`, for samples of unequal size too.
 * Error and interval are of the mean over directions. Between `N(0, I)` and `N(μ, I)` it is `|μ|/√d` at order 2.
 * The traps: the samples are not centred, since a wrong weight of a mode is mostly a wrong mean; and two samples of one
 * law are apart too, by about `n^(−1/2)`, so judge the value by the p-value of permuting the rows, which multiplies the
 * cost by their number and is left out by default.
 * Throws ShapeError for anything but two samples of equally many columns, InputError for fewer than 2 rows,
 * NumericError for a number that is not finite.
 */
export const slicedWasserstein = metric({
  name: "sliced-wasserstein",
  about: "Wasserstein distance between two samples along random lines, with its error over the lines.",
  cite: "Bonneel, Rabin, Peyré & Pfister (2015), Sliced and Radon Wasserstein barycenters of measures",
  of: "two-samples",
  options: z.object({
    order: z
      .union([z.literal(1), z.literal(2)])
      .default(2)
      .describe("p: 1 or 2"),
    projections: z.number().int().min(2).default(1000).describe("how many random directions"),
    permutations: permutationOption(0),
  }),
  compute({ x, y, key }: TwoSamples, { order, projections, permutations }): SlicedWasserstein {
    const pooled = pool("sliced-wasserstein", { x, y });
    const costs = lineCosts(pooled, key, order, projections, permutations);
    const [cost, ...permuted] = costs.map((c) => mean(c));
    const error = Math.sqrt(variance(costs[0]!) / projections);
    const root = (v: number): number => Math.max(0, v) ** (1 / order);
    const value = root(cost!);
    return {
      value,
      // The delta method.
      standardError: value === 0 ? 0 : error / (order * value ** (order - 1)),
      interval: [root(cost! - Z95 * error), root(cost! + Z95 * error)],
      pValue: simulatedP(cost!, permuted),
    };
  },
});

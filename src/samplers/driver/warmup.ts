/** What a warm-up does when: windows in which the scale of the coordinates is learned, and the estimate itself. */

import { cholesky } from "../../util/cholesky.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import type { EuclideanMetric } from "../sampler.js";
import type { Scale } from "./precondition.js";

/** Steps of the first phase, of the first window and of the last phase, as in Stan. */
const [FIRST, WINDOW, LAST] = [75, 25, 50];

/** Steps to whose multiples windows are moved in a warm-up that is not short, so that few lengths of block are compiled. */
const GRID = 25;

/** When the metric is learned: where the first window begins, and where each ends. */
export interface WarmupPlan {
  /** Draws before it tell of the way, not of the law. */
  readonly start: number;
  /** After each step of these the metric is estimated from that window alone and the step size starts again. */
  readonly ends: readonly number[];
}

/**
 * A first phase finds the typical set, windows double in length, a last phase settles the step size. Below 150 steps one
 * window lies between the first 15 % and the last 10 %; below 20 the metric is left alone. Windows only become shorter
 * by being moved, so what is left for the step size does not.
 */
export function planWarmup(metric: EuclideanMetric, warmup: number): WarmupPlan {
  if (metric === "unit" || warmup < 20) return { start: warmup, ends: [] };
  const short = FIRST + WINDOW + LAST > warmup;
  const start = short ? Math.floor(0.15 * warmup) : FIRST;
  const end = warmup - (short ? Math.floor(0.1 * warmup) : LAST);
  const grid = warmup < 4 * GRID ? 1 : GRID;
  const moved = (step: number): number => Math.floor(step / grid) * grid;
  const ends: number[] = [];
  let length = short ? end - start : WINDOW;
  for (let at = start; at < end; length *= 2) {
    // A window that would leave too little for the next one takes the rest.
    at = at + 3 * length > end ? end : at + length;
    ends.push(moved(at));
  }
  return { start: Math.ceil(start / grid) * grid, ends };
}

/** Sums over the draws of a window: of each chain, and of squares or products over all chains. */
export interface Moments {
  readonly count: number;
  /** `(chains, d)` */
  readonly sums: Float64Array;
  /** `(d)`, or `(d, d)` for a dense metric. */
  readonly products: Float64Array;
}

export const newMoments = (metric: EuclideanMetric, chains: number, d: number): Moments => ({
  count: 0,
  sums: new Float64Array(chains * d),
  products: new Float64Array(metric === "dense" ? d * d : d),
});

/** The moments with a path `(steps, chains, ...event)` added. */
export function addPath(metric: EuclideanMetric, moments: Moments, path: FloatTensor, d: number): Moments {
  const x = floats(path);
  const [steps, chains] = path.shape as [number, number];
  const sums = moments.sums.slice();
  const products = moments.products.slice();
  for (let row = 0; row < steps * chains; row++) {
    const chain = row % chains;
    for (let i = 0; i < d; i++) {
      const v = x[row * d + i]!;
      sums[chain * d + i]! += v;
      if (metric === "dense") for (let j = 0; j <= i; j++) products[i * d + j]! += v * x[row * d + j]!;
      else products[i]! += v * v;
    }
  }
  return { count: moments.count + steps, sums, products };
}

/**
 * The scale a window tells: variances (or the covariance) about each chain's own mean, pooled over chains, so that
 * chains trapped in different modes still tell the width of a mode. Shrunk towards 10⁻³ by five draws, as in Stan.
 */
export function scaleOf(metric: EuclideanMetric, { count, sums, products }: Moments, chains: number, d: number): Scale {
  const between = new Float64Array(products.length);
  for (let c = 0; c < chains; c++)
    for (let i = 0; i < d; i++) {
      const mean = sums[c * d + i]! / count;
      if (metric === "dense") for (let j = 0; j <= i; j++) between[i * d + j]! += mean * sums[c * d + j]!;
      else between[i]! += mean * sums[c * d + i]!;
    }
  const degrees = chains * (count - 1);
  const shrink = degrees / (degrees + 5);
  const covariance = products.map((p, k) => (shrink * (p - between[k]!)) / degrees);
  const floor = 1e-3 * (1 - shrink);
  if (metric !== "dense") return tensor(covariance.map((v) => Math.sqrt(Math.max(v, 0) + floor)));
  for (let i = 0; i < d; i++) covariance[i * d + i]! += floor;
  return tensor(cholesky(covariance, d, "sample: the covariance of the warm-up's draws"), [d, d]);
}

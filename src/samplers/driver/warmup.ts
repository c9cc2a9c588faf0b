/** What a warm-up does when: windows in which the scale of the coordinates is learned, and the estimate itself. */

import { cholesky } from "../../util/cholesky.js";
import { mean, median } from "../../util/moments.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import type { EuclideanMetric } from "../sampler.js";
import { deviationsOf, type Scale } from "./precondition.js";

/** Steps of the first phase, of the first window and of the last phase, as in Stan. */
const [FIRST, WINDOW, LAST] = [75, 25, 50];

/** Steps from which on a warm-up has windows after the first. */
export const SEVERAL_WINDOWS = FIRST + 3 * WINDOW + LAST;

/** Steps to whose multiples windows are moved in a warm-up that is not short, so that few lengths of block are compiled. */
const GRID = 25;

/** When the metric is learned: where the first window begins, and where each ends. */
export interface WarmupPlan {
  /** Draws before it tell of the way, not of the law; until then each chain has a step size of its own. */
  readonly start: number;
  /** After each step of these the metric is estimated from that window alone and the step size starts again. */
  readonly ends: readonly number[];
  /** From here on all chains of a kind share one step size; in windows before it, where there are teams, those of a team. */
  readonly together: number;
}

/**
 * A first phase finds the typical set, windows double in length, a last phase settles the step size. Below 150 steps one
 * window lies between the first 15 % and the last 10 %; below 20, or with a unit metric, the metric is left alone. Windows only become shorter
 * by being moved, so what is left for the step size does not.
 */
export function planWarmup(metric: EuclideanMetric, warmup: number): WarmupPlan {
  if (warmup < 20) return { start: 0, ends: [], together: 0 };
  const short = FIRST + WINDOW + LAST > warmup;
  const start = short ? Math.floor(0.15 * warmup) : FIRST;
  const end = warmup - (short ? Math.floor(0.1 * warmup) : LAST);
  const grid = warmup < 4 * GRID ? 1 : GRID;
  const moved = (step: number): number => Math.floor(step / grid) * grid;
  const from = Math.ceil(start / grid) * grid;
  if (metric === "unit") return { start: from, ends: [], together: from };
  const ends: number[] = [];
  let length = short ? end - start : WINDOW;
  for (let at = start; at < end; length *= 2) {
    // A window that would leave too little for the next one takes the rest.
    at = at + 3 * length > end ? end : at + length;
    ends.push(moved(at));
  }
  return { start: from, ends, together: short ? from : ends.at(-1)! };
}

/** What is known of each chain's draws in a window, as Welford (1962) gathers it: a far mean costs no digits. */
export interface Moments {
  readonly count: number;
  /** `(chains, d)` */
  readonly means: Float64Array;
  /** Squares about the mean `(chains, d)`, or products `(chains, d, d)`, on and below the diagonal, for a dense metric. */
  readonly products: Float64Array;
}

export const newMoments = (metric: EuclideanMetric, chains: number, d: number): Moments => ({
  count: 0,
  means: new Float64Array(chains * d),
  products: new Float64Array(chains * (metric === "dense" ? d * d : d)),
});

/** The moments with a path `(steps, chains, ...event)` added. */
export function addPath(metric: EuclideanMetric, moments: Moments, path: FloatTensor, d: number): Moments {
  const x = floats(path);
  const [steps, chains] = path.shape as [number, number];
  const means = moments.means.slice();
  const products = moments.products.slice();
  const before = new Float64Array(d);
  let { count } = moments;
  for (let step = 0; step < steps; step++) {
    count++;
    for (let c = 0; c < chains; c++) {
      const [from, own] = [(step * chains + c) * d, c * d];
      for (let i = 0; i < d; i++) {
        before[i] = x[from + i]! - means[own + i]!;
        means[own + i]! += before[i]! / count;
        const after = x[from + i]! - means[own + i]!;
        if (metric === "dense") for (let j = 0; j <= i; j++) products[(own + i) * d + j]! += after * before[j]!;
        else products[own + i]! += after * before[i]!;
      }
    }
  }
  return { count, means, products };
}

/** How many times wider or narrower than the median a chain's variance may be, and still be of one kind with it. */
const ALIKE = 10;

/** Draws that the scale known before counts for, as in Stan. */
const PRIOR = 5;

/** What is added to variances of a dense metric, of those five draws, in units of the variance. */
const RIDGE = 1e-3;

/**
 * The scale a window tells: variances (or the covariance) about each chain's own mean, so that chains trapped in
 * different modes still tell the width of a mode. Of each coordinate the mean is taken over the chains whose variance is
 * within ten times the median's: one that has not moved, or is still on its way from far off, does not count. In
 * logarithms it is drawn towards the scale before, as by five draws, which suits coordinates of any unit; where no chain
 * moved along a coordinate the scale before is kept. A dense metric has the mean covariance of the chains that count in
 * most coordinates.
 */
export function scaleOf(metric: EuclideanMetric, moments: Moments, chains: number, before: Scale): Scale {
  const known = deviationsOf(before);
  const d = known.length;
  const variances = variancesOf(metric, moments, chains, d);
  const of = (i: number): number[] => Array.from({ length: chains }, (_, c) => variances[c * d + i]!);
  const counts = Array.from(known, (_, i) => alike(of(i)));
  const degrees = chains * (moments.count - 1);
  const own = degrees / (degrees + PRIOR);
  if (metric === "dense") {
    const among = counts[0]!.map((_, c) => 2 * counts.filter((row) => row[c]).length > d);
    return denseScale(moments, among, known, own);
  }
  return tensor(
    known.map((s, i) => {
      const taken = of(i).filter((_, c) => counts[i]![c]);
      return taken.length === 0 ? s : Math.exp(own * 0.5 * Math.log(mean(taken)) + (1 - own) * Math.log(s));
    }),
  );
}

/** Chains that crawl, or stand still: in most coordinates they moved less than a tenth of what is usual, in variance. */
export function standingIn(metric: EuclideanMetric, moments: Moments, chains: number): boolean[] {
  const d = moments.means.length / chains;
  const variances = variancesOf(metric, moments, chains, d);
  const small = Array.from({ length: d }, (_, i) => {
    const own = Array.from({ length: chains }, (_, c) => variances[c * d + i]!);
    const usual = median(own);
    return own.map((v) => v * ALIKE < usual);
  });
  return Array.from({ length: chains }, (_, c) => 2 * small.filter((row) => row[c]).length > d);
}

/** The factor of the mean covariance of some chains, with a little added to its diagonal, as in Stan but in its own units. */
function denseScale({ count, products }: Moments, among: readonly boolean[], known: Float64Array, own: number): Scale {
  const d = known.length;
  const chains = among.flatMap((counts, c) => (counts ? [c] : []));
  const covariance = new Float64Array(d * d);
  for (const c of chains)
    for (let k = 0; k < d * d; k++) covariance[k]! += (own * products[c * d * d + k]!) / ((count - 1) * chains.length);
  for (let i = 0; i < d; i++) {
    const at = i * d + i;
    covariance[at] = covariance[at]! > 0 ? covariance[at]! * (1 + (RIDGE * (1 - own)) / own) : known[i]! ** 2;
  }
  return tensor(cholesky(covariance, d, "sample: the covariance of the warm-up's draws"), [d, d]);
}

/** Of each chain and coordinate, `(chains, d)`. */
function variancesOf(metric: EuclideanMetric, { count, products }: Moments, chains: number, d: number): Float64Array {
  const at = (k: number): number => (metric === "dense" ? k * d + (k % d) : k);
  return Float64Array.from({ length: chains * d }, (_, k) => products[at(k)]! / (count - 1));
}

/** Which of the variances of a coordinate are of one kind with most that are not zero. */
function alike(variances: readonly number[]): boolean[] {
  const moved = variances.filter((v) => v > 0);
  const typical = Math.exp(median(moved.map(Math.log)));
  return variances.map((v) => v > 0 && v < ALIKE * typical && v * ALIKE > typical);
}

/** P-values below the least that counting can give: the tail of scores, continued by the law that tails come to have. */

import { betaQuantile } from "./beta-quantile.js";
import { conformalPValues } from "./conformal.js";

export interface TailPValues {
  /** Of each score: as counted up to the threshold, continued beyond it. */
  readonly pValue: Float64Array;
  readonly threshold: number;
  /** Calibration scores beyond it. */
  readonly tail: number;
  /** ξ of the tail, its mean and 95 % interval: below 0 the scores end, 0 is an exponential tail, above it a power of the score. */
  readonly shape: { readonly value: number; readonly interval: readonly [low: number, high: number] };
}

/** Scores beyond the threshold from which on anything can be said of a tail. */
const LEAST = 10;
/** Calibration scores from which on there are as many. */
export const leastForTail = 5 * LEAST;

/** Shapes that are thought of, all alike: from scores that end as uniform ones do to scores without a mean. */
const [SHAPES, LOW, HIGH] = [31, -1, 1.5] as const;
/** Scales, on a logarithmic grid about the mean excess. */
const [SCALES, DOWN, UP] = [31, -2.5, 1.5] as const;
/** Nats below the likeliest law of the tail beyond which one is left out. */
const NEGLIGIBLE = 16;
/** Places in the law of the share of all scores that is beyond the threshold. */
const PLACES = [0.05, 0.275, 0.5, 0.725, 0.95] as const;

interface Weighted {
  readonly shape: number;
  readonly scale: number;
  readonly weight: number;
}

/** `−(1/ξ) log(1 + ξ y/σ)`, the logarithm of the share of the tail beyond an excess. */
function logBeyond(excess: number, shape: number, scale: number): number {
  const t = (shape * excess) / scale;
  if (t <= -1) return Number.NEGATIVE_INFINITY;
  return Math.abs(shape) < 1e-9 ? -excess / scale : -Math.log1p(t) / shape;
}

/** Generalised Pareto laws by how likely they make the excesses, over a grid of shapes and logarithms of scales. */
function posterior(excesses: Float64Array): readonly Weighted[] {
  const mean = excesses.reduce((s, v) => s + v, 0) / excesses.length;
  const grid: { shape: number; scale: number; log: number }[] = [];
  for (let a = 0; a < SHAPES; a++)
    for (let b = 0; b < SCALES; b++) {
      const shape = LOW + ((HIGH - LOW) * a) / (SHAPES - 1);
      const scale = mean * Math.exp(DOWN + ((UP - DOWN) * b) / (SCALES - 1));
      let log = -excesses.length * Math.log(scale);
      for (const v of excesses) log += (1 + shape) * logBeyond(v, shape, scale);
      // Beyond the end of a law with one.
      if (!Number.isNaN(log) && log > Number.NEGATIVE_INFINITY) grid.push({ shape, scale, log });
    }
  const top = Math.max(...grid.map(({ log }) => log));
  const likely = grid.filter(({ log }) => log > top - NEGLIGIBLE);
  const total = likely.reduce((s, { log }) => s + Math.exp(log - top), 0);
  return likely.map(({ log, ...law }) => ({ ...law, weight: Math.exp(log - top) / total }));
}

/** The values below and above which 2.5 % of the weight lies. */
function middle(values: readonly (readonly [value: number, weight: number])[]): [low: number, high: number] {
  const sorted = [...values].sort(([a], [b]) => a - b);
  const at = (share: number): number => {
    let sum = 0;
    for (const [value, weight] of sorted) {
      sum += weight;
      if (sum >= share) return value;
    }
    return sorted.at(-1)![0];
  };
  return [at(0.025), at(0.975)];
}

/** What is known of the tail of scores. */
interface Tail {
  readonly threshold: number;
  readonly size: number;
  readonly laws: readonly Weighted[];
}

function tailOf(calibration: ArrayLike<number>): Tail | null {
  const sorted = Float64Array.from(calibration).sort();
  const n = sorted.length;
  if (n < leastForTail) return null;
  const size = Math.ceil(Math.min(n / 5, 3 * Math.sqrt(n)));
  const threshold = sorted[n - size - 1]!;
  const excesses = sorted.slice(n - size).map((v) => v - threshold);
  const longest = excesses[size - 1]!;
  return longest > 0 && Number.isFinite(longest) ? { threshold, size, laws: posterior(excesses) } : null;
}

const isBeyond = (score: number, { threshold }: Tail): boolean => score > threshold && score < Number.POSITIVE_INFINITY;

/** How much of the tail is beyond a score, by each law. */
const beyond = (score: number, { threshold, laws }: Tail): readonly (readonly [share: number, weight: number])[] =>
  laws.map(({ shape, scale, weight }) => [Math.exp(logBeyond(score - threshold, shape, scale)), weight]);

/**
 * P-values of scores, smaller than `1/(n + 1)` where a score is beyond all that were held out.
 *
 * Assumed is that scores beyond a high threshold u follow a generalised Pareto law, `P(s − u > y) = (1 + ξ y/σ)^{−1/ξ}`,
 * as those of nearly all laws do the better the higher u is (Pickands 1975; Balkema & de Haan 1974); u is the score above
 * which `k = min(n/5, 3√n)` lie. Nothing in the held-out rows can tell whether the tail goes on so beyond them: a second
 * kind of row, one in a thousand, would not be known. `p = (k + 1)/(n + 1) · E[(1 + ξ y/σ)^{−1/ξ}]`, in the mean over
 * shapes from −1 to 1.5 and all scales as the k excesses weigh them. Far out the heavy tails that they leave possible
 * have all the weight: there p is too large rather than too small. Up to u it is the conformal p-value.
 * @returns `null` for fewer than {@link leastForTail} calibration scores, or where those of the tail are all the same.
 * @throws InputError as `conformalPValues` does.
 */
export function tailPValues(calibration: ArrayLike<number>, scores: ArrayLike<number>): TailPValues | null {
  const counted = conformalPValues(calibration, scores);
  const tail = tailOf(calibration);
  if (!tail) return null;
  const { threshold, size, laws } = tail;
  const share = (size + 1) / (calibration.length + 1);
  const pValue = counted.map((p, i) =>
    isBeyond(scores[i]!, tail) ? share * beyond(scores[i]!, tail).reduce((s, [q, weight]) => s + q * weight, 0) : p,
  );
  const shapes = laws.map(({ shape, weight }) => [shape, weight] as const);
  const value = shapes.reduce((s, [shape, weight]) => s + shape * weight, 0);
  return { pValue, threshold, tail: size, shape: { value, interval: middle(shapes) } };
}

/**
 * Between what the share of scores as high as one lies 95 times in 100, where the tail goes on as {@link tailPValues}
 * assumes; `null` for a score that is not beyond its threshold, or where there is no tail.
 */
export function tailInterval(
  calibration: ArrayLike<number>,
  score: number,
): readonly [low: number, high: number] | null {
  const tail = tailOf(calibration);
  if (!tail || !isBeyond(score, tail)) return null;
  const [n, k] = [calibration.length, tail.size];
  const own = beyond(score, tail);
  const shares = PLACES.map((p) => betaQuantile(p, k + 1, n - k));
  return middle(shares.flatMap((s) => own.map(([q, weight]) => [s * q, weight / shares.length] as const)));
}

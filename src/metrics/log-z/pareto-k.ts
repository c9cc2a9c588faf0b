/** Whether importance weights have a tail that can be averaged. */

import { noOptions } from "../../util/options.js";
import { metric } from "../metric.js";
import { normaliseLogWeights } from "./log-weights.js";

export interface ParetoK {
  /**
   * k̂, the shape of a generalised Pareto fitted to the largest weights; their moments of order `1/k` and above do not
   * exist. `−∞` when the weights are bounded by ties at their maximum, `∞` when fewer than 5 draws make the tail.
   */
  readonly k: number;
  /** `min(1 − 1/log₁₀ S, 0.7)`: above it an average over `S` draws cannot be trusted. */
  readonly threshold: number;
  /** `k ≤ threshold`. */
  readonly reliable: boolean;
  /** Draws the fit was made on. */
  readonly tail: number;
}

/**
 * Shape and scale of the generalised Pareto distribution with that sample: profile posterior mean over
 * `θⱼ = 1/x_max + (1 − √(m/(j − ½)))/(3 x_q)`, the shape shrunk towards ½ by ten draws.
 * @param x excesses over the threshold, ascending, all positive.
 */
function fitPareto(x: Float64Array): { readonly shape: number; readonly scale: number } {
  const n = x.length;
  const m = 30 + Math.floor(Math.sqrt(n));
  const quartile = x[Math.floor(n / 4 + 0.5) - 1]!;
  const shapeAt = (theta: number): number => x.reduce((s, v) => s + Math.log1p(-theta * v), 0) / n;
  const thetas = Array.from({ length: m }, (_, j) => 1 / x[n - 1]! + (1 - Math.sqrt(m / (j + 0.5))) / (3 * quartile));
  const profile = thetas.map((theta) => {
    const k = shapeAt(theta);
    return n * (Math.log(-theta / k) - k - 1);
  });
  const top = Math.max(...profile);
  let total = 0;
  let theta = 0;
  for (let j = 0; j < m; j++) {
    const weight = Math.exp(profile[j]! - top);
    total += weight;
    theta += weight * thetas[j]!;
  }
  const shape = shapeAt(theta / total);
  return { shape: (n * shape + 10 * 0.5) / (n + 10), scale: (-shape * total) / theta };
}

interface Tail {
  /** What exceeds `w_cut` among the `min(S/5, 3√S)` largest weights, relative to the largest of all, ascending. */
  readonly excess: Float64Array;
  /** `w_cut`, relative to the largest. */
  readonly cut: number;
  /** How many the largest are. */
  readonly size: number;
}

function tailOf(logWeights: ArrayLike<number>): Tail {
  const sorted = Float64Array.from(logWeights).sort();
  const n = sorted.length;
  const top = sorted[n - 1]!;
  const size = Math.ceil(Math.min(n / 5, 3 * Math.sqrt(n)));
  // Weights below the smallest normal double cannot be told from zero.
  const cut = Math.max(sorted[Math.max(0, n - size - 1)]! - top, Math.log(2.2250738585072014e-308));
  const relative = sorted.map((v) => v - top).filter((v) => v > cut);
  return { excess: relative.map((v) => Math.exp(v) - Math.exp(cut)), cut: Math.exp(cut), size };
}

function shapeOf({ excess, size }: Tail): number {
  if (excess.length > 4) return fitPareto(excess).shape;
  // None above the cut: more than a tail's worth of draws tie at the largest weight.
  return size > 4 && excess.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** {@link paretoK} of checked log-weights. */
export function paretoFit(logWeights: ArrayLike<number>): ParetoK {
  const tail = tailOf(logWeights);
  const k = shapeOf(tail);
  const threshold = Math.min(1 - 1 / Math.log10(logWeights.length), 0.7);
  return { k, threshold, reliable: k <= threshold, tail: tail.excess.length };
}

/** The largest shape that a fit leaves likely: one standard error, `(1 + k)/√tail`, above its own. */
const likely = (k: number, tail: number): number => k + (1 + k) / Math.sqrt(tail);

/** The chance that a sample holds a weight beyond where its tail is cut off. */
const SELDOM = 0.05;

/**
 * The relative standard error of the mean of so many weights where their variance may not exist, `k + (1 + k)/√m > ½` of
 * the m weights of the tail; 0 where it does, and the usual error is right. In 95 of 100 samples none is beyond `T`,
 * `P(w > T) = 0.05/S` by the fitted tail with that shape: the mean then varies as weights up to `T` do, which have a
 * variance, and lacks `E[w; w > T]`, so that `√(Var[w; w ≤ T]/S + E[w; w > T]²)/w̄` is what it may be off by.
 * For weights that are {@link ParetoK.reliable}.
 */
export function heavyTailError(logWeights: ArrayLike<number>): number {
  const { excess, cut } = tailOf(logWeights);
  const [n, m] = [logWeights.length, excess.length];
  if (m < 5) return 0;
  const { shape, scale } = fitPareto(excess);
  const k = likely(shape, m);
  if (!(k > 0.5 && k < 1)) return 0;
  const top = Float64Array.from(logWeights).reduce((a, b) => Math.max(a, b));
  const weights = Float64Array.from(logWeights, (v) => Math.exp(v - top));
  // A weight of the tail is `a + b u^{−k}` with a uniform u, and beyond T where `u < q`.
  const [b, q] = [scale / k, SELDOM / m];
  const a = cut - b;
  const moment = (power: number): number => (1 - q ** (1 - power * k)) / (1 - power * k);
  let [first, second] = [a * (1 - q) + b * moment(1), a * a * (1 - q) + 2 * a * b * moment(1) + b * b * moment(2)].map(
    (v) => v * m,
  ) as [number, number];
  let total = 0;
  for (const w of weights) {
    total += w;
    if (w <= cut) [first, second] = [first + w, second + w * w];
  }
  const beyond = m * (a * q + (b * q ** (1 - k)) / (1 - k));
  return Math.sqrt(Math.max(0, second - first ** 2 / n) + beyond ** 2) / total;
}

/**
 * Pareto k̂ of importance weights `(draws)`.
 * Below 0.5 their variance exists; above {@link ParetoK.threshold} neither an average nor its standard error means
 * anything, however many draws there are. It sees only the region that was sampled: a mode without draws has no weight.
 * Throws NumericError for a log-weight that is NaN or `+∞`.
 * Source: Vehtari, Simpson, Gelman, Yao & Gabry (2024); the fit: Zhang & Stephens (2009).
 */
export const paretoK = metric({
  name: "pareto-k",
  about: "The tail shape of importance weights: above 0.7 their averages cannot be trusted.",
  cite: "Vehtari, Simpson, Gelman, Yao & Gabry (2024), Pareto smoothed importance sampling",
  of: "log-weights",
  options: noOptions,
  compute(logWeights: ArrayLike<number>): ParetoK {
    normaliseLogWeights("pareto-k", logWeights);
    return paretoFit(logWeights);
  },
});

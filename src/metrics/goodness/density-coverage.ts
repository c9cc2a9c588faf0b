/** Do the regions where a density is highest hold as many rows as they say? */

import { uniform } from "../../random/draw.js";
import type { Key } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import { proportionEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

export interface CoverageInput {
  /** Log-densities of rows, nats, up to a constant that is the same for the draws. */
  readonly rows: ArrayLike<number>;
  /** Log-densities of draws of the model. */
  readonly draws: ArrayLike<number>;
  /** Their weights, summing to 1; equal ones unless said. */
  readonly weights?: ArrayLike<number> | undefined;
  /** How many independent draws they are worth; their number, or that of the weights (Kish), unless said. */
  readonly size?: number | undefined;
  /** Places rows among draws of the same density. */
  readonly key: Key;
}

export interface CoveredRegion {
  /** Mass of the model in the region. */
  readonly mass: number;
  /** Share of the rows in it. */
  readonly rows: Estimate;
}

export interface DensityCoverage {
  /** For each row the mass of the model where its density is lower, in the order of the rows. */
  readonly below: Float64Array;
  /** Regions of highest density. */
  readonly regions: readonly CoveredRegion[];
  /** The largest difference between a region's mass and its share of rows, over all regions. */
  readonly distance: number;
  /** Of a right model (Kolmogorov & Smirnov). */
  readonly pValue: number;
  /** The distance that a right model stays within 19 times in 20. */
  readonly band: number;
  /** Mean of `below`: less than ½ where rows lie in less dense places than the model's own draws. */
  readonly middle: number;
}

/** The masses of the regions that are told. */
const MASSES: readonly number[] = [0.5, 0.8, 0.9, 0.95];
/** How often a right model leaves the band, at most. */
const FALSE_ALARMS = 0.05;

/** `2 Σ (−1)ᵏ⁻¹ exp(−2 k² λ²)` with Stephens' (1970) λ for `n` values: the chance of a distance as large. */
function kolmogorovTail(distance: number, n: number): number {
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, Math.max(0, sum));
}

/** Draws by rising density, and the weight up to each. */
function ladder({ draws, weights }: CoverageInput) {
  const n = draws.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => draws[i]! - draws[j]!);
  const density = Float64Array.from(order, (i) => draws[i]!);
  const up = new Float64Array(n + 1);
  order.forEach((i, k) => {
    up[k + 1] = up[k]! + (weights?.[i] ?? 1 / n);
  });
  return { density, up, total: up[n]! };
}

/** How many of an ascending array are below `x`, or at most `x`. */
function countBelow(ascending: Float64Array, x: number, orEqual: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (orEqual ? ascending[middle]! <= x : ascending[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checked(input: CoverageInput): void {
  const { rows, draws, weights } = input;
  if (rows.length === 0 || draws.length === 0)
    throw new InputError(`density-coverage: no ${rows.length === 0 ? "rows" : "draws"}; give at least one`);
  if (weights && weights.length !== draws.length)
    throw new ShapeError(`density-coverage: ${weights.length} weights for ${draws.length} draws`);
  for (const [what, values] of [["row", rows] as const, ["draw", draws] as const])
    for (let i = 0; i < values.length; i++)
      if (Number.isNaN(values[i])) throw new NumericError(`density-coverage: the log-density of ${what} ${i} is NaN`);
}

const kish = (weights: ArrayLike<number>): number => {
  let s = 0;
  for (let i = 0; i < weights.length; i++) s += weights[i]! ** 2;
  return 1 / s;
};

/**
 * Of each row `u = P(p(X) < p(x))` over draws X of the model, ties broken at random: uniform where the rows are draws of
 * the model, whatever its shape and dimension. `1 − u` is the mass of the region of highest density that ends at the row,
 * so that the share of rows with `1 − u ≤ a` is what the region of mass `a` holds of them. The greatest difference of the
 * two is that of Kolmogorov and Smirnov, of `n m/(n + m)` values for n rows and draws worth m; the band is that of
 * Massart (1990).
 * The trap: a model that is wrong can have right coverage, as one that mirrors its law has.
 * Throws InputError without rows or draws, NumericError for a log-density that is NaN, ShapeError when lengths differ.
 */
export const densityCoverage = metric({
  name: "density-coverage",
  about: "Whether regions of highest density hold as many held-out rows as they say.",
  cite: "Hyndman (1996), Computing and graphing highest density regions; Massart (1990), The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality",
  of: "samples",
  options: noOptions,
  compute(input: CoverageInput): DensityCoverage {
    checked(input);
    const { rows, weights, key } = input;
    const { density, up, total } = ladder(input);
    const size = input.size ?? (weights ? kish(weights) : density.length);
    const n = rows.length;
    const v = uniform(key, [n], "float64").data;
    const below = Float64Array.from(rows, (row, i) => {
      const [less, most] = [up[countBelow(density, row, false)]!, up[countBelow(density, row, true)]!];
      return (less + v[i]! * (most - less)) / total;
    });
    const masses = below.map((u) => 1 - u).sort();
    const distance = masses.reduce((d, a, i) => Math.max(d, (i + 1) / n - a, a - i / n), 0);
    const worth = (n * size) / (n + size);
    return {
      below,
      regions: MASSES.map((mass) => ({
        mass,
        rows: proportionEstimate(countBelow(masses, mass, true) / n, n),
      })),
      distance,
      pValue: kolmogorovTail(distance, worth),
      band: Math.sqrt(Math.log(2 / FALSE_ALARMS) / (2 * worth)),
      middle: below.reduce((s, u) => s + u, 0) / n,
    };
  },
});

/** How far apart two vectors of weights are, and how far apart noise alone would put them. */

import { z } from "zod";
import { InputError, ShapeError } from "../../util/errors.js";
import { metric } from "../metric.js";

export interface TotalVariation {
  /** `½ Σ |pᵢ − qᵢ|`, from 0 to 1. */
  readonly value: number;
  /** What `value` would be on average if `q` were the frequencies of that many draws from `p`; `null` when their number is not given. */
  readonly expectedNoise: number | null;
}

/** `½ Σ |pᵢ − qᵢ|` of as many weights each. */
export const halfL1 = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i]! - q[i]!);
  return sum / 2;
};

/** The weights and, last, what they lack to 1. @throws InputError for a weight that is no weight. */
function complete(name: string, weights: ArrayLike<number>): Float64Array {
  const all = new Float64Array(weights.length + 1);
  let rest = 1;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (!(w >= 0)) throw new InputError(`total-variation: weight ${i} (from 0) of ${name} is ${w}; expected 0 to 1`);
    all[i] = w;
    rest -= w;
  }
  if (rest < -1e-6)
    throw new InputError(`total-variation: the weights of ${name} sum to ${1 - rest}; expected at most 1`);
  // What rounding leaves is not an outside.
  all[weights.length] = rest < 1e-9 ? 0 : rest;
  return all;
}

/**
 * Total variation of two weight vectors, `½ Σ |pᵢ − qᵢ|`; weights that sum to less than 1 leave the rest outside, which
 * counts as one more class. The expected noise is `½ Σ √(2 pᵢ(1 − pᵢ)/(π N))`, the mean absolute deviation of normal
 * frequencies: a value below it says nothing. `N` is an effective number of draws for chains.
 * Throws InputError for a weight below 0, NaN, or a sum above 1; ShapeError when the lengths differ.
 */
export const totalVariation = metric({
  name: "total-variation",
  about: "Total variation between two vectors of weights, beside what noise alone would give.",
  cite: "Levin & Peres (2017), Markov chains and mixing times, chapter 4",
  of: "pair",
  options: z.object({
    draws: z.number().positive().nullable().default(null).describe("N, the (effective) number of draws behind q"),
  }),
  compute({ p, q }: { readonly p: ArrayLike<number>; readonly q: ArrayLike<number> }, { draws }): TotalVariation {
    if (p.length !== q.length) throw new ShapeError(`total-variation: ${p.length} weights against ${q.length}`);
    const a = complete("p", p);
    const b = complete("q", q);
    const value = halfL1(a, b);
    const noise = (n: number): number =>
      a.reduce((s, w) => s + Math.sqrt((2 * Math.max(0, w * (1 - w))) / (Math.PI * n)) / 2, 0);
    return { value, expectedNoise: draws === null ? null : noise(draws) };
  },
});

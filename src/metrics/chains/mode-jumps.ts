/** How often chains pass from one mode to another. */

import { checkLabels, modeOptions } from "../goodness/mode-weights.js";
import { bare, meanEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";
import { type Chains, copyChains } from "./chains.js";

export interface ModeJumps {
  /** `counts[from][to]`: passages between modes; the diagonal is zero. */
  readonly counts: readonly (readonly number[])[];
  /** Passages per draw after the first, all modes together; its error is between chains, `null` for one chain. */
  readonly rate: Estimate;
  /** Chains that never left their first mode, or never entered one. */
  readonly trapped: number;
}

/** Passages of one chain into `counts`, and how many there were. A draw in no mode is travelling: it ends no stay. */
function follow(labels: ArrayLike<number>, start: number, draws: number, counts: number[][]): number {
  let here = -1;
  let jumps = 0;
  for (let i = start; i < start + draws; i++) {
    const next = labels[i]!;
    if (next >= 0 && here >= 0 && next !== here) {
      counts[here]![next]!++;
      jumps++;
    }
    if (next >= 0) here = next;
  }
  return jumps;
}

/** The error between chains; without a single jump, the exact Poisson bound `−log 0.025` jumps instead of an error of zero. */
function rateOf(rates: readonly number[], transitions: number): Estimate {
  const total = rates.reduce((s, r) => s + r, 0);
  if (transitions === 0) return bare(Number.NaN);
  if (total === 0) return { value: 0, standardError: null, interval: [0, Math.min(1, -Math.log(0.025) / transitions)] };
  const { value, standardError, interval } = meanEstimate(rates);
  return { value, standardError, interval: interval && [Math.max(0, interval[0]), Math.min(1, interval[1])] };
}

/**
 * Passages between modes in label chains `(chains, draws)`, −1 in no mode.
 * A chain that leaves A, wanders outside and enters B has passed from A to B once; back into A, not at all.
 * Throws InputError for a label out of range. No draws to compare: the rate is NaN.
 */
export const modeJumps = metric({
  name: "mode-jumps",
  about: "How often the chains pass from mode to mode, and how many never do.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  of: "chains",
  options: modeOptions,
  compute(labels: Chains, { modes }): ModeJumps {
    checkLabels("mode-jumps", labels.data, modes);
    const { shape, data } = copyChains(labels);
    const [chains, draws] = shape;
    const counts = Array.from({ length: modes }, () => new Array<number>(modes).fill(0));
    const jumps = Array.from({ length: chains }, (_, c) => follow(data, c * draws, draws, counts));
    const rates = jumps.map((j) => j / (draws - 1));
    return { counts, rate: rateOf(rates, chains * (draws - 1)), trapped: jumps.filter((j) => j === 0).length };
  },
});

/** Do intervals for mode weights hold the truth as often as they say? */

import { InputError, ShapeError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import { proportionEstimate } from "../intervals/interval.js";
import { type Estimate, metric } from "../metric.js";

export interface ModeCoverage {
  /** For each mode the fraction of repetitions whose interval holds its weight, with its Wilson interval. */
  readonly modes: readonly Estimate[];
  /** Estimates that had no interval, over all modes and repetitions; they cover nothing. */
  readonly withoutInterval: number;
}

function covers({ interval }: Estimate, truth: number): boolean {
  return interval !== null && interval[0] <= truth && truth <= interval[1];
}

/** @throws ShapeError or InputError unless every repetition has one sound estimate a mode. */
function check(estimates: readonly (readonly Estimate[])[], truth: readonly number[]): void {
  if (estimates.length === 0 || truth.length === 0)
    throw new InputError("mode-coverage: nothing to count; give at least one repetition of at least one mode");
  truth.forEach((w, k) => {
    if (!(w >= 0 && w <= 1)) throw new InputError(`mode-coverage: true weight ${k} (from 0) is ${w}; expected 0 to 1`);
  });
  estimates.forEach((modes, r) => {
    if (modes.length !== truth.length)
      throw new ShapeError(
        `mode-coverage: repetition ${r} (from 0) has ${modes.length} modes, the truth ${truth.length}`,
      );
    modes.forEach(({ interval }, k) => {
      if (interval && !(interval[0] <= interval[1]))
        throw new InputError(
          `mode-coverage: repetition ${r}, mode ${k} (from 0): interval ${interval.join(" to ")}; expected low to high`,
        );
    });
  });
}

/**
 * Coverage of mode-weight intervals over independent repetitions: `estimates[r][k]` is what repetition `r` says of mode
 * `k`, such as the `weights` of a mode-weight metric, and `truth[k]` its weight. Nominal coverage is 0.95; its Wilson
 * interval over 200 repetitions is about ±0.03. The modes of one repetition are dependent, so they are not pooled.
 * The trap: an estimate without an interval is a repetition that failed. It counts as not covered, not as missing.
 * Throws ShapeError when a repetition has another number of modes, InputError for none at all, a true weight outside
 * [0, 1] or an interval that is NaN or reversed.
 */
export const modeCoverage = metric({
  name: "mode-coverage",
  about: "How often intervals for mode weights hold the truth, over repetitions.",
  cite: "Wilson (1927), Probable inference, the law of succession, and statistical inference",
  of: "estimates",
  options: noOptions,
  compute({
    estimates,
    truth,
  }: {
    readonly estimates: readonly (readonly Estimate[])[];
    readonly truth: readonly number[];
  }): ModeCoverage {
    check(estimates, truth);
    const share = (k: number): number =>
      estimates.filter((modes) => covers(modes[k]!, truth[k]!)).length / estimates.length;
    return {
      modes: truth.map((_, k) => proportionEstimate(share(k), estimates.length)),
      withoutInterval: estimates.flat().filter(({ interval }) => interval === null).length,
    };
  },
});

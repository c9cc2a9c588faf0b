/** P-values by every row, each scored by a fit that has not seen it. */

import { permutation } from "../../random/choose.js";
import type { Key } from "../../random/key.js";
import { InputError } from "../../util/errors.js";

/** A way to fit: to the rows with these indices, and then the scores of rows it was not fitted to, high where unlikely. */
export interface CrossFit {
  /** Rows that there are. */
  readonly n: number;
  /** Scores of the rows left out, and of the new rows, by a fit to the others. */
  refit(kept: readonly number[], leftOut: readonly number[]): Promise<CrossScores> | CrossScores;
}

export interface CrossScores {
  readonly leftOut: ArrayLike<number>;
  readonly fresh: ArrayLike<number>;
}

export interface CrossPValues {
  readonly pValue: Float64Array;
  /** For a row exchangeable with the others `P(p ≤ α) ≤ 2α + slack`; in practice it is near α. */
  readonly slack: number;
}

/**
 * `p = (1 + Σ_k #{i in part k : s_k(x_i) ≥ s_k(x)})/(n + 1)`, each of `folds` parts scored by a fit to the other parts. All
 * n rows count, so that a p-value may be as small as `1/(n + 1)`, for as many fits as parts. The price is the guarantee:
 * `P(p ≤ α) ≤ 2α + min(2(1 − 1/K)/(n/K + 1), (1 − K/n)/(K + 1))`, whatever the scores; with as many parts as rows it is the
 * jackknife+, and the slack is 0.
 * A score of NaN counts as higher than any.
 * Source: Vovk (2015), Cross-conformal predictors; Barber, Candès, Ramdas & Tibshirani (2021), theorems 1 and 4.
 * @throws InputError for fewer than two parts or more than rows, or where a fit gives other numbers of scores.
 */
export async function crossConformalPValues(
  { n, refit }: CrossFit,
  { folds, key }: { readonly folds: number; readonly key: Key },
): Promise<CrossPValues> {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= n))
    throw new InputError(`crossConformalPValues: ${folds} parts of ${n} rows; expected 2 to ${n}`);
  const order = Array.from(permutation(key, n));
  let counts: Float64Array | undefined;
  for (let part = 0; part < folds; part++) {
    const own = order.filter((_, i) => i % folds === part);
    const rest = order.filter((_, i) => i % folds !== part);
    const { leftOut, fresh } = await refit(rest, own);
    counts ??= new Float64Array(fresh.length).fill(1);
    if (leftOut.length !== own.length || fresh.length !== counts.length)
      throw new InputError(
        `crossConformalPValues: a fit scored ${leftOut.length} rows left out and ${fresh.length} new ones; expected ${own.length} and ${counts.length}`,
      );
    for (let i = 0; i < counts.length; i++)
      for (let j = 0; j < leftOut.length; j++)
        if (!(leftOut[j]! < fresh[i]!) && !Number.isNaN(fresh[i])) counts[i]! += 1;
  }
  const size = n / folds;
  return {
    pValue: counts!.map((count) => count / (n + 1)),
    slack: Math.min((2 * (1 - 1 / folds)) / (size + 1), (1 - folds / n) / (folds + 1)),
  };
}

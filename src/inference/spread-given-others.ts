/** How much of each column's spread the other columns leave. */

import { cholesky, solveLower } from "../util/cholesky.js";
import { NumericError } from "../util/errors.js";
import { columnMoments } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import { several } from "../util/words.js";

/** Rows that correlations are taken of, at most, and what keeps them from being singular. */
const [ROWS, RIDGE] = [4000, 1e-10];

/**
 * Of each column of rows `(n, d)` the deviation about its regression on the others, as a share of its own:
 * `1/√((R⁻¹)ⱼⱼ)` for correlations R. 0 is a combination of the others; a column that does not vary has 1.
 */
export function spreadGivenOthers({ data, shape }: FloatTensor): Float64Array {
  const [all, d] = shape as [number, number];
  const n = Math.min(all, ROWS);
  const some = data.slice(0, n * d);
  const { mean, squares } = columnMoments(some, d);
  const r = new Float64Array(d * d);
  for (let i = 0; i < n; i++)
    for (let a = 0; a < d; a++)
      for (let b = 0; b <= a; b++) r[a * d + b]! += (some[i * d + a]! - mean[a]!) * (some[i * d + b]! - mean[b]!);
  for (let a = 0; a < d; a++)
    for (let b = 0; b <= a; b++) {
      const scale = Math.sqrt(squares[a]! * squares[b]!);
      r[a * d + b] = a === b ? 1 + RIDGE : scale > 0 ? r[a * d + b]! / scale : 0;
      r[b * d + a] = r[a * d + b]!;
    }
  try {
    const lower = cholesky(r, d, "spreadGivenOthers");
    return Float64Array.from({ length: d }, (_, j) => {
      const unit = new Float64Array(d);
      unit[j] = 1;
      return 1 / Math.sqrt(solveLower(lower, unit, d).reduce((s, v) => s + v * v, 0));
    });
  } catch (error) {
    if (error instanceof NumericError) return new Float64Array(d);
    throw error;
  }
}

/** Columns of which the others leave less than this are all but functions of them. */
const LITTLE = 0.05;

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** The columns that are all but functions of the others, or the one that is most nearly, in words. */
export function toldByOthers(rows: FloatTensor, names: readonly string[]): string {
  const spread = spreadGivenOthers(rows);
  const told = Array.from(spread.keys()).sort((a, b) => spread[a]! - spread[b]!);
  const little = told.filter((j) => spread[j]! < LITTLE);
  const shown = little.length > 0 ? little : told.slice(0, 1);
  return several(
    shown.map((j) => `${names[j]} (${percent(spread[j]!)} of its spread is its own given the others)`),
    4,
  );
}

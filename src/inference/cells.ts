/** What chains say of every number they were run for. */

import { chainsOf } from "../metrics/chains/chains.js";
import { essMean } from "../metrics/chains/effective-sample-size.js";
import { splitRhat } from "../metrics/chains/split-rhat.js";
import { mean, variance } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";

export interface CellSummary {
  /** `rows · free` numbers each, row by row. */
  readonly mean: Float64Array;
  readonly standardDeviation: Float64Array;
  /** Monte Carlo standard error of the mean. */
  readonly standardError: Float64Array;
  /** The largest split R-hat and the smallest effective sample size for the mean; NaN where chains did not move. */
  readonly worst: { readonly rhat: number; readonly ess: number };
}

/** Summarize draws `(rows, chains, draws, free)`. */
export function summarizeCells({ data, shape }: FloatTensor): CellSummary {
  const [rows, chains, draws, free] = shape as [number, number, number, number];
  const cells = rows * free;
  const means = new Float64Array(cells);
  const [standardDeviation, standardError] = [new Float64Array(cells), new Float64Array(cells)];
  let [rhat, ess] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < cells; i++) {
    const row = Math.floor(i / free);
    const perRow = chains * draws * free;
    const own = tensor(data.slice(row * perRow, (row + 1) * perRow), [chains, draws, free]);
    const one = chainsOf(own, i % free);
    const worth = essMean(one);
    means[i] = mean(one.data);
    standardDeviation[i] = Math.sqrt(variance(one.data));
    standardError[i] = standardDeviation[i]! / Math.sqrt(worth);
    rhat = Math.max(rhat, splitRhat(one));
    ess = Math.min(ess, worth);
  }
  return { mean: means, standardDeviation, standardError, worst: { rhat, ess } };
}

/** Which of many columns to show. */

import { normalQuantile } from "../random/normal-quantile.js";
import type { FloatTensor } from "../util/tensor.js";

/** Rows that are enough to tell how columns depend on each other. */
const ENOUGH = 2000;

/** The normal scores of a column's ranks, of mean 0 and length 1; zeros where it is constant. */
function scores(x: FloatTensor, j: number, n: number): Float64Array {
  const d = x.shape[1]!;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => x.data[a * d + j]! - x.data[b * d + j]!);
  const out = new Float64Array(n);
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && x.data[order[to]! * d + j] === x.data[order[from]! * d + j]) to++;
    const score = to - from === n ? 0 : normalQuantile((from + to) / 2 / n);
    for (let k = from; k < to; k++) out[order[k]!] = score;
    from = to;
  }
  const mean = out.reduce((s, v) => s + v, 0) / n;
  const length = Math.sqrt(out.reduce((s, v) => s + (v - mean) ** 2, 0));
  return out.map((v) => (length > 0 ? (v - mean) / length : 0));
}

/**
 * So many of some columns of rows `(n, d)`, in the order of the table: each in turn is the one that, with those before it, leaves
 * the least variance of all columns unexplained, by linear regression of the normal scores of their ranks. Columns that
 * say the same as one that was taken come last.
 * Source: McCabe (1984), Principal variables.
 */
export function chooseColumns(x: FloatTensor, among: readonly number[], most: number): number[] {
  const d = among.length;
  const n = Math.min(x.shape[0]!, ENOUGH);
  const columns = among.map((j) => scores(x, j, n));
  const c = columns.map((a) => Float64Array.from(columns, (b) => a.reduce((s, v, i) => s + v * b[i]!, 0)));
  const chosen: number[] = [];
  while (chosen.length < Math.min(most, d)) {
    let [best, gain] = [-1, -1];
    for (let j = 0; j < d; j++) {
      if (chosen.includes(j)) continue;
      const own = c[j]![j]!;
      const explained = own > 1e-9 ? c[j]!.reduce((s, v) => s + v * v, 0) / own : 0;
      if (explained > gain) [best, gain] = [j, explained];
    }
    chosen.push(best);
    const taken = Float64Array.from(c[best]!);
    const own = taken[best]!;
    if (own > 1e-9) for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) c[i]![j]! -= (taken[i]! * taken[j]!) / own;
  }
  return chosen.sort((a, b) => a - b).map((k) => among[k]!);
}

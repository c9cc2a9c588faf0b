/** Rank normalisation: makes a diagnostic indifferent to heavy tails and to monotone maps of the quantity. */

import { normalQuantile } from "../../random/normal-quantile.js";
import type { Chains } from "./chains.js";

/** Ranks from 1; ties share the mean of their ranks. */
export function averageRanks(x: ArrayLike<number>): Float64Array {
  const n = x.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => x[i]! - x[j]!);
  const ranks = new Float64Array(n);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && x[order[end]!] === x[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** `z = Φ⁻¹((r − 3/8)/(S + 1/4))` of the pooled ranks: Blom (1958). */
export function rankNormalise({ shape, data }: Chains): Chains & { readonly data: Float64Array } {
  return { shape, data: averageRanks(data).map((r) => normalQuantile((r - 0.375) / (data.length + 0.25))) };
}

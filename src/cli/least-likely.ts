/** The least likely of rows that come in blocks. */

import { type FloatTensor, tensor } from "../util/tensor.js";

export interface LeastLikely {
  /** @param energies of these rows, which follow those before. */
  add(energies: Float64Array, rows: FloatTensor): void;
  /** Their numbers, from 0, the least likely first, and their cells `(n, d)`. */
  found(): { readonly indices: readonly number[]; readonly rows: FloatTensor };
}

interface Kept {
  readonly index: number;
  readonly energy: number;
  readonly cells: Float64Array;
}

/** Keeps `most` rows of `d` columns; those without a density are none of them. Of equal ones the earlier. */
export function leastLikely(most: number, d: number): LeastLikely {
  let kept: Kept[] = [];
  let n = 0;
  return {
    add(energies, rows) {
      const bar = kept.length < most ? Number.NEGATIVE_INFINITY : (kept.at(-1)?.energy ?? Number.POSITIVE_INFINITY);
      const more: Kept[] = [];
      energies.forEach((energy, i) => {
        if (energy > bar && energy < Number.POSITIVE_INFINITY)
          more.push({ index: n + i, energy, cells: Float64Array.from(rows.data.subarray(i * d, (i + 1) * d)) });
      });
      n += energies.length;
      kept = [...kept, ...more].sort((a, b) => b.energy - a.energy).slice(0, most);
    },
    found: () => ({
      indices: kept.map(({ index }) => index),
      rows: tensor(Float64Array.from(kept.flatMap(({ cells }) => [...cells])), [kept.length, d]),
    }),
  };
}

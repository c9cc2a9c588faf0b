/** How far the weight of a mode is off, at most. */
export const worstOf = (weights: readonly number[], truth: readonly number[]): number =>
  Math.max(...weights.map((w, k) => Math.abs(w - truth[k]!)));

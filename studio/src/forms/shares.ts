/** Weights as shares, which add up to 1. */

/** The least share that a slider gives: weights are positive. */
export const LEAST = 0.005;

const round = (v: number): number => Number(v.toFixed(4));

export function sharesOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** The same with one share set, the others among themselves as they were. */
export function withShare(shares: readonly number[], at: number, share: number): number[] {
  if (shares.length === 1) return [1];
  const set = Math.min(1 - LEAST * (shares.length - 1), Math.max(LEAST, share));
  const others = shares.reduce((sum, w, k) => (k === at ? sum : sum + w), 0);
  return shares.map((w, k) => round(k === at ? set : Math.max(LEAST, (w / others) * (1 - set))));
}

/** How large R-hat gets of chains with nothing wrong. */

import { betaQuantile } from "../intervals/beta-quantile.js";

/**
 * The plain split R-hat that independent normal draws stay below with probability `p`: `√((n − 1 + F)/n)` for the
 * `2 chains` halves of `n` draws, `F` the quantile of the F law with `2 chains − 1` and `2 chains (n − 1)` degrees.
 * Four draws a chain exceed 1.2 in every third run. The rank-normalised value is the larger of two: about twice as often
 * above. NaN for fewer than 4 draws a chain.
 */
export function rhatByChance(chains: number, draws: number, p: number): number {
  const n = Math.floor(draws / 2);
  if (n < 2) return Number.NaN;
  const [between, within] = [2 * chains - 1, 2 * chains * (n - 1)];
  const x = betaQuantile(p, between / 2, within / 2);
  return Math.sqrt((n - 1 + (within * x) / (between * (1 - x))) / n);
}

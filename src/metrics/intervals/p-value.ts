/** The p-value of a statistic among simulations of it. */

/** Statistics this close, for the largest of them, are equal but for the order in which they were summed. */
const ROUNDING = 1e-10;

/**
 * `(1 + #{simulated ≥ observed})/(1 + B)`: the chance, when the hypothesis holds, of a statistic as large. The observed
 * one counts among the simulated, as it is one of them when the hypothesis holds, so the p-value is never 0 and is at
 * most `α` with a chance of at most `α`. `null` for no simulation.
 * Source: Phipson & Smyth (2010), Permutation p-values should never be zero.
 */
export function simulatedP(observed: number, simulated: ArrayLike<number>): number | null {
  if (simulated.length === 0) return null;
  let largest = Math.abs(observed);
  for (let b = 0; b < simulated.length; b++) largest = Math.max(largest, Math.abs(simulated[b]!));
  const least = observed - ROUNDING * largest;
  let count = 1;
  for (let b = 0; b < simulated.length; b++) if (simulated[b]! >= least) count++;
  return count / (1 + simulated.length);
}

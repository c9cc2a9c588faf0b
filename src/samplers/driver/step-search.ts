/** A step size to begin with, for each chain: doubled or halved until it is neither much too short nor too long. */

/** Doublings at most: what still grows then meets no resistance at all, and what still shrinks is lost in rounding. */
const MOST = 50;

/** What steps of some sizes, by their logarithms `(chains)`, reach: acceptances `(chains)`. */
export type Trial = (logStep: Float64Array, trial: number) => Promise<Float64Array>;

/**
 * The largest of the sizes `2ᵏ ε` tried of each chain, all chains together, that reaches the target: upwards until the
 * first that does not, or downwards until the first that does. A chain that finds no end keeps ε.
 * Source: Hoffman & Gelman (2014), algorithm 4, which asks for one half and ends a step beyond.
 */
export async function searchStepSizes(start: Float64Array, target: number, trial: Trial): Promise<Float64Array> {
  const logs = start.map(Math.log);
  const found = start.slice();
  // A trial that ends in no number does not reach it.
  const rises = Array.from(await trial(logs, 0), (acceptance) => acceptance >= target);
  const searching = rises.map(() => true);
  for (let k = 1; k <= MOST && searching.includes(true); k++) {
    const tried = logs.map((v, c) => (searching[c] ? v + (rises[c] ? Math.LN2 : -Math.LN2) : v));
    const acceptances = await trial(tried, k);
    for (const [c, acceptance] of acceptances.entries()) {
      if (!searching[c]) continue;
      const reached = acceptance >= target;
      searching[c] = reached === rises[c];
      if (!searching[c]) found[c] = Math.exp(rises[c] ? logs[c]! : tried[c]!);
      logs[c] = tried[c]!;
    }
  }
  return found;
}

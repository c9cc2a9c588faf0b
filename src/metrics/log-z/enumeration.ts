/** The normaliser of a discrete energy by summing over all of its states. */

import { countStates, statesOf } from "../../energies/states.js";
import type { Support } from "../../energies/support.js";
import { InputError, ShapeError } from "../../util/errors.js";
import type { FloatTensor, Shape } from "../../util/tensor.js";
import { normaliseLogWeights } from "./log-weights.js";

export { countStates, statesOf };

/** States summed at most. */
export const MOST_STATES = 2 ** 22;
const CHUNK = 2 ** 14;

/**
 * `log Z = log Σ exp(log p̃)` over all states of a binary or categorical support, in chunks.
 * @param logDensity log-densities `(n)` at states `(n, ...event)`.
 * @throws InputError for real points or more than 2²² states, NumericError for a log-density that is NaN or `+∞`.
 */
export async function enumeration(
  logDensity: (states: FloatTensor) => Promise<ArrayLike<number>>,
  { support, event }: { readonly support: Support; readonly event: Shape },
): Promise<{ readonly logZ: number; readonly states: number }> {
  const states = countStates(support, event);
  if (!(states <= MOST_STATES))
    throw new InputError(`enumeration: ${states} states; at most ${MOST_STATES} can be summed, and of discrete points`);
  const parts: number[] = [];
  for (let from = 0; from < states; from += CHUNK) {
    const n = Math.min(CHUNK, states - from);
    const logs = await logDensity(statesOf(support, event, from, n));
    if (logs.length !== n) throw new ShapeError(`enumeration: ${logs.length} log-densities for ${n} states`);
    parts.push(normaliseLogWeights("enumeration", logs, "log-density").logSum);
  }
  return { logZ: normaliseLogWeights("enumeration", parts, "sum").logSum, states };
}

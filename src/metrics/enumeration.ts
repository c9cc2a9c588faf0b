/** The normaliser of a discrete energy by summing over all of its states. */

import type { Support } from "../energies/support.js";
import { InputError, ShapeError } from "../util/errors.js";
import { type FloatTensor, type Shape, sizeOf, tensor } from "../util/tensor.js";
import { normaliseLogWeights } from "./log-weights.js";

/** States summed at most. */
export const MOST_STATES = 2 ** 22;
const CHUNK = 2 ** 14;

/** How many states a support has; infinite for the real numbers. */
export function countStates(support: Support, event: Shape): number {
  if (support.kind === "real") return Number.POSITIVE_INFINITY;
  const sites = sizeOf(event);
  return support.kind === "binary" ? 2 ** sites : support.categories ** (sites / support.categories);
}

/**
 * States `from … from + n − 1` of a discrete support as points `(n, ...event)`, float64; the last coordinate, or site,
 * changes fastest.
 */
export function statesOf(support: Support, event: Shape, from: number, n: number): FloatTensor {
  if (support.kind === "real") throw new InputError("statesOf: real points cannot be enumerated");
  const d = sizeOf(event);
  const data = new Float64Array(n * d);
  const choices = support.kind === "binary" ? 2 : support.categories;
  const sites = support.kind === "binary" ? d : d / choices;
  for (let i = 0; i < n; i++)
    for (let site = sites - 1, rest = from + i; site >= 0; site--, rest = Math.floor(rest / choices)) {
      if (support.kind === "binary") data[i * d + site] = support.values[rest % 2]!;
      else data[i * d + site * choices + (rest % choices)] = 1;
    }
  return tensor(data, [n, ...event]);
}

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

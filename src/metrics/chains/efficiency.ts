/** What effective draws cost. */

import { InputError } from "../../util/errors.js";

/** What a run cost, as `sample` reports it. */
export interface Cost {
  /** Gradient evaluations of one chain. */
  readonly gradients: number;
  /** Of all chains together. */
  readonly seconds: number;
}

export interface Efficiency {
  /** Effective draws a gradient evaluation; `null` for a sampler that takes no gradient. */
  readonly perGradient: number | null;
  /** Effective draws a second. */
  readonly perSecond: number;
}

/**
 * `ESS/(chains · gradients)` and `ESS/seconds`. The first compares samplers whatever the machine and the width of the
 * batch; the second is what a user waits for. Compare by the least ESS of all coordinates: one that mixes fast hides one
 * that does not.
 * @param ess of all chains together.
 * @throws InputError for a cost that is negative or not finite, no time at all, or a count of chains that is none.
 */
export function efficiency(ess: number, { gradients, seconds }: Cost, chains: number): Efficiency {
  if (!(gradients >= 0 && gradients < Number.POSITIVE_INFINITY))
    throw new InputError(`efficiency: gradients is ${gradients}, expected 0 or more`);
  if (!(seconds > 0 && seconds < Number.POSITIVE_INFINITY))
    throw new InputError(`efficiency: seconds is ${seconds}, expected a positive number`);
  if (!Number.isInteger(chains) || chains < 1)
    throw new InputError(`efficiency: chains is ${chains}, expected a whole number of at least 1`);
  return { perGradient: gradients === 0 ? null : ess / (gradients * chains), perSecond: ess / seconds };
}

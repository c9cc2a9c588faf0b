/** Chains that stand still while others move go on from where one of those is, in a warm-up that was asked for it. */

import { uniform } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";

/** That a chain went on from where another was. */
export interface Restart {
  /** From 0. */
  readonly chain: number;
  readonly donor: number;
  /** Steps of the warm-up done by then. */
  readonly step: number;
}

/**
 * Positions `(chains, ...event)` in which each chain that stands is at the place of one that does not, chosen at random;
 * where all stand none is moved.
 */
export function restartStanding(
  x: FloatTensor,
  stands: readonly boolean[],
  step: number,
  key: Key,
): { readonly x: FloatTensor; readonly restarts: readonly Restart[] } {
  const donors = stands.flatMap((stand, chain) => (stand ? [] : [chain]));
  const chance = uniform(fold(key, "restart"), [stands.length], "float64").data;
  const restarts = stands.flatMap((stand, chain): Restart[] => {
    const donor = donors[Math.floor(chance[chain]! * donors.length)];
    return stand && donor !== undefined ? [{ chain, donor, step }] : [];
  });
  const data = x.data.slice();
  const n = data.length / x.shape[0]!;
  for (const { chain, donor } of restarts) data.set(x.data.subarray(donor * n, (donor + 1) * n), chain * n);
  return { x: tensor(data, x.shape), restarts };
}

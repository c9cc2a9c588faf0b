/** How often chains should pass between modes. */

import { InputError } from "../../util/errors.js";

/**
 * `(1 − Σ_k w_k²) a`: passages between modes a step of a kernel that proposes independently of where the chain is, in
 * mode `k` with its own weight `w_k`, and accepts with probability `a` whatever the two modes; `2 w₁ w₂ a` for two modes.
 * What `modeJumps` should find of draws one step apart. Local steps between jumps change nothing while they stay inside
 * the modes. A proposal whose mode weights are not those of the target accepts by mode, and jumps less than this.
 * @throws InputError for weights that are negative or do not sum to 1, or an acceptance outside [0, 1].
 */
export function expectedJumpRate(weights: readonly number[], acceptance: number): number {
  const total = weights.reduce((s, w) => s + w, 0);
  if (!weights.every((w) => w >= 0) || !(Math.abs(total - 1) <= 1e-6))
    throw new InputError(`expectedJumpRate: weights sum to ${total}, expected none negative and a sum of 1`);
  if (!(acceptance >= 0 && acceptance <= 1))
    throw new InputError(`expectedJumpRate: acceptance is ${acceptance}, expected a probability`);
  return (1 - weights.reduce((s, w) => s + w * w, 0)) * acceptance;
}

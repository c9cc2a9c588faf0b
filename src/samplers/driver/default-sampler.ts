/** Which sampler to use when none is asked for. */

import { flowMc } from "../composites/flow-mc.js";
import { gibbs } from "../kernels/gibbs.js";
import { gibbsWithGradients } from "../kernels/gibbs-with-gradients.js";
import { nuts } from "../kernels/nuts.js";
import type { Sampler } from "../sampler.js";
import { type Frame, supportOf } from "../target.js";

/**
 * With a flow, `flow-mc`: the only one that crosses between far modes. Without, `nuts` for real points, and for discrete
 * ones `gibbs` where the energy knows its conditional laws, else `gibbs-with-gradients`.
 */
export function defaultSampler(frame: Pick<Frame, "support" | "proposal" | "blocks">): Sampler {
  if (supportOf(frame).kind !== "real") return plain(frame.blocks ? gibbs : gibbsWithGradients);
  return plain(frame.proposal ? flowMc : nuts);
}

// A sampler whose options are no longer of interest.
const plain = (sampler: unknown): Sampler => sampler as Sampler;

import { z } from "zod";
import { add } from "../ops/arithmetic.js";
import { mean } from "../ops/special.js";
import { InputError } from "../util/errors.js";
import { objective } from "./objective.js";

/**
 * Exact maximum likelihood, `mean E(x⁺) + log Z(θ)`, where the energy knows log Z as a function of its parameters. No
 * sampler and no noise; the value is the negative log-likelihood itself. What other objectives do can be held against it.
 * Metrics: `negativeLogLikelihood`, nats a row of the batch; `logZ`.
 */
export const likelihood = objective({
  name: "likelihood",
  about: "Exact maximum likelihood, for energies whose log Z is known at any parameters: no sampler, no noise.",
  cite: "Fisher (1922), On the mathematical foundations of theoretical statistics",
  trains: ["energy"],
  support: "any",
  options: z.object({}),
  iteration({ energy }) {
    const { logZ } = energy;
    if (!logZ)
      throw new InputError(
        "objective likelihood: the energy does not know its log Z at given parameters, as machines with a layer of at most 16 units, flows and small lattices do; train it by chains (pcd, cd) or by nce",
      );
    return {
      groups: ["energy"],
      noise: {},
      carry: {},
      start: () => ({}),
      step({ params, batch }) {
        const z = logZ(params.energy);
        const loss = add(mean(energy(batch, params.energy)), z);
        return { losses: { energy: loss }, carry: {}, metrics: { negativeLogLikelihood: loss, logZ: z } };
      },
    };
  },
});

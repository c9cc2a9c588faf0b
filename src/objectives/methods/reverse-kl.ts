import { z } from "zod";
import { add, neg } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { objective } from "../objective.js";
import { entropyMetrics } from "../parts/metrics.js";

/**
 * The flow alone, fitted to the energy as it is: `mean(E(y) + log q(y))`, `y ~ q`, which is `KL(q ‖ p) − log Z`, through
 * points and density. The data take no part. At `q = p` it is `−log Z` for every draw; above that elsewhere. It seeks
 * modes: the flow may leave one out.
 */
export const reverseKl = objective({
  name: "reverse-kl",
  about: "Fits the flow alone to the energy, by the reverse divergence; the energy is not trained. May drop a mode.",
  cite: "Rezende & Mohamed (2015), Variational inference with normalizing flows",
  trains: ["flow"],
  metrics: {
    freeEnergy: {
      about: "Mean of E + log q over draws of the flow: an upper bound of −log Z.",
      unit: "nats",
      label: "free energy",
      progress: { label: "free energy", digits: 3 },
    },
    ...entropyMetrics,
  },
  needs: ["flow"],
  throughPoints: ["flow"],
  options: z.object({}),
  iteration(model, batch) {
    const flow = model.flow!;
    return {
      groups: ["flow"],
      noise: flow.noise(batch),
      carry: {},
      start: () => ({}),
      step({ params, noise }) {
        const { x, logProb } = flow.sample(noise, params.flow);
        const loss = mean(add(model.energy(x, params.energy), logProb));
        return { losses: { flow: loss }, carry: {}, metrics: { freeEnergy: loss, entropy: neg(mean(logProb)) } };
      },
    };
  },
});

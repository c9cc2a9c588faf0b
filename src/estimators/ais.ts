import { z } from "zod";
import { annealModel, annealOptions, outOfReach, roundingOfPath } from "./annealed.js";
import { estimator } from "./estimator.js";
import { estimateByWeights } from "./importance.js";

/** Annealed importance sampling from a wide normal law (discrete points: from the uniform one) to the model. */
export const ais = estimator({
  name: "ais",
  about: "Annealed importance sampling from a wide base to the model: low on average, and blind to no flow.",
  cite: "Neal (2001), Annealed importance sampling",
  bound: "lower",
  trap: "is too low where it anneals too fast to find a mode",
  options: z.object(annealOptions),
  unlessNamed: outOfReach,
  async estimate(model, options, key) {
    const { logWeights, x } = await annealModel(model, options, key);
    const { from, ...found } = estimateByWeights(logWeights);
    const rounding = await roundingOfPath(model, options, x, logWeights);
    return { ...found, rounding, from: `${options.chains} chains over ${options.temperatures} temperatures, ${from}` };
  },
});

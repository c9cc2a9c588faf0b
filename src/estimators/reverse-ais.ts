import { z } from "zod";
import type { Chains } from "../metrics/chains/chains.js";
import { meanOfChains } from "../metrics/chains/mean-of-chains.js";
import { varianceDegrees } from "../metrics/intervals/degrees.js";
import { studentEstimate } from "../metrics/intervals/interval.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { annealModel, annealOptions, outOfReach, roundingOfPath } from "./annealed.js";
import { asChains, flatten, misshapen, mixingNote, spaced } from "./chain-draws.js";
import { estimator } from "./estimator.js";
import { estimateByWeights } from "./importance.js";

/** Of each chain, from its `log 1/w`. */
const partsOfChains = ({ shape: [chains, draws], data }: Chains): number[] =>
  Array.from({ length: chains }, (_, c) => {
    const own = Array.from({ length: draws }, (__, i) => data[c * draws + i]!);
    return Math.log(draws) - normaliseLogWeights("reverse-ais", own).logSum;
  });

/**
 * Annealed importance sampling in reverse: draws of the model are carried to the base, and `1/Z` is the mean of their
 * weights. With `ais` it brackets log Z. The error counts draws of one chain as the autocorrelation of their weights
 * says they are worth.
 */
export const reverseAis = estimator({
  name: "reverse-ais",
  about: "Annealed importance sampling from draws of the model to a wide base: high on average.",
  cite: "Burda, Grosse & Salakhutdinov (2015), Accurate and conservative estimates of MRF log-likelihood using reverse annealing",
  bound: "upper",
  trap: "is wrong where its chains lack a mode, and too high where it anneals too fast",
  options: z.object(annealOptions),
  needs: ["chains"],
  limit: ({ chains, energy }) => misshapen(chains!, energy.event),
  unlessNamed: outOfReach,
  async estimate(model, options, key) {
    const draws = spaced(model.chains!, options.chains);
    const { logWeights } = await annealModel(model, options, key, flatten(draws));
    const inverse = logWeights.map((w) => -w);
    const { logZ, ess, note, from } = estimateByWeights(inverse);
    const { weights } = normaliseLogWeights("reverse-ais", inverse);
    const unmixed = mixingNote(model.chains!);
    const { relativeVariance, worth, degrees } = meanOfChains(asChains(draws, weights));
    const known = Math.min(degrees, varianceDegrees(weights));
    return {
      logZ: studentEstimate(-logZ.value, Math.sqrt(relativeVariance), known),
      degrees: known,
      // Draws of one chain are not independent of one another; chains are, and only those of the model bound its log Z.
      parts: unmixed === null ? partsOfChains(asChains(draws, Float64Array.from(inverse))) : null,
      ess: ess! * (worth / weights.length),
      note: unmixed ?? note,
      rounding: await roundingOfPath(model, options, flatten(draws)),
      from: `${weights.length} chains over ${options.temperatures} temperatures, ${from}`,
    };
  },
});

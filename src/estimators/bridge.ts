import { z } from "zod";
import { energyOf } from "../energies/evaluate.js";
import { bridge as ofRatios } from "../metrics/log-z/bridge.js";
import { roundingOf } from "../metrics/log-z/rounding.js";
import { asChains, flatten, misshapen, mixingNote } from "./chain-draws.js";
import { estimator } from "./estimator.js";
import { weightedDraws } from "./importance.js";
import { referenceFor } from "./reference.js";

/** Optimal bridge sampling between fresh draws of the flow and the chains. */
export const bridge = estimator({
  name: "bridge",
  about: "Bridge sampling between draws of the flow and draws of the model: no tail of the weights spoils it.",
  cite: "Meng & Wong (1996), Simulating ratios of normalizing constants via a simple identity",
  trap: "is wrong where its chains lack a mode or hold it in the wrong share",
  options: z.object({ draws: z.number().int().min(2).default(10_000).describe("draws of the proposal") }),
  needs: ["chains"],
  limit: ({ chains, energy }) => misshapen(chains!, energy.event),
  async estimate(model, { draws }, key) {
    const energy = energyOf(model.energy, "float32", model);
    const { reference, logWeights } = await weightedDraws(model, key, draws, energy);
    const chains = referenceFor(model).chains!;
    const x = flatten(chains);
    const logProb = await reference.logProb(x);
    const energies = await energy(x, model.params);
    const ratios = energies.map((v, i) => -v - logProb[i]!);
    const found = ofRatios({ proposal: logWeights, target: asChains(chains, ratios) });
    const [count, each] = chains.shape;
    return {
      logZ: found.logZ,
      degrees: found.degrees,
      ess: found.effectiveSampleSize,
      note: mixingNote(chains) ?? found.note,
      rounding: roundingOf(energies, logProb),
      from: `${draws} draws of ${reference.about} and ${count} × ${each} of chains, overlap ${found.overlap.toFixed(2)}`,
    };
  },
});

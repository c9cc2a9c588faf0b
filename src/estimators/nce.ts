import { z } from "zod";
import { energyOf } from "../energies/evaluate.js";
import { nceConstant } from "../metrics/log-z/nce-constant.js";
import { roundingOf } from "../metrics/log-z/rounding.js";
import { estimator } from "./estimator.js";
import { weightedDraws } from "./importance.js";

/**
 * The constant that noise-contrastive estimation would learn from the rows while the energy stands still. It is log Z
 * only where the model is the law of the data, so it is never counted as an estimate of it: its distance from log Z
 * says how far the model is from its data.
 */
export const nce = estimator({
  name: "nce",
  about: "The constant that classifying rows of data against noise would learn: log Z if the model fits.",
  cite: "Gutmann & Hyvärinen (2012), Noise-contrastive estimation of unnormalized statistical models",
  trap: "is log Z only if the model is the law of the data",
  options: z.object({ draws: z.number().int().min(2).default(10_000).describe("draws of noise") }),
  needs: ["rows"],
  limit: ({ rows }) => (rows!.shape[0]! > 1 ? null : "needs at least 2 rows of data"),
  async estimate(model, { draws }, key) {
    const energy = energyOf(model.energy, "float32", model);
    const { reference, logWeights } = await weightedDraws(model, key, draws, energy);
    const rows = model.rows!;
    const logProb = await reference.logProb(rows);
    const energies = await energy(rows, model.params);
    const positives = energies.map((v, i) => -v - logProb[i]!);
    const { constant, degrees, effectiveSampleSize } = nceConstant({ positives, noise: logWeights });
    return {
      logZ: constant,
      degrees,
      ess: effectiveSampleSize,
      note: "log Z only if the model is the law of the data: not counted",
      rounding: roundingOf(energies, logProb),
      from: `${rows.shape[0]} rows against ${draws} draws of ${reference.about}`,
    };
  },
});

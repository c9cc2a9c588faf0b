import { z } from "zod";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";
import { paperEnergy } from "../parts/paper-networks.js";
import { persistentChains, persistentOptions } from "../parts/persistent.js";

/**
 * PCD: chains survive parameter updates. With a `replay` buffer larger than `chains`, the chains that waited longest
 * are taken, some restarted from noise, and put back. Local chains do not cross between separated modes: they keep the
 * proportions they began with, and the weights of the *model* drift where nothing corrects them.
 */
export const persistentContrastiveDivergence = objective({
  name: "pcd",
  about: "Persistent contrastive divergence: chains that survive updates; mode weights of the model drift.",
  cite: "Tieleman (2008), Training restricted Boltzmann machines using approximations to the likelihood gradient",
  usual: { discrete: {} },
  expected: [
    {
      options: { local: "ula" },
      weights: "wrong",
      why: "Local chains keep the shares they were started with whatever the model says.",
    },
  ],
  presets: {
    paper: {
      about:
        "ULA-EBM as Grenioux, Moulines & Gabrié (2023) compared it: their network, 512 unadjusted steps from a uniform start.",
      config: {
        energy: paperEnergy,
        objective: {
          ...{ chains: 256, replay: 8192, start: "uniform" },
          ...{ local: "ula", localSteps: 512, stepSize: 0.125 ** 2 / 2 },
        },
        optimizer: { energy: { name: "adam", learningRate: 1e-2 } },
        batch: 256,
      },
    },
  },
  trains: ["energy"],
  metrics: { ...energyMetrics, ...acceptanceMetrics },
  support: "any",
  options: z.object({
    ...localOptions,
    ...persistentOptions,
    ...contrastOptions,
    restart: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("probability that a chain is restarted from noise")
      .meta(essential),
  }),
  iteration(model, _batch, options) {
    const persistent = persistentChains(model, options, "pcd");
    return {
      groups: ["energy"],
      noise: { ...withPrefix("walk.", walkNoise(model, options.chains, options)), ...persistent.noise },
      carry: persistent.carry,
      start: persistent.start,
      step({ params, carry, batch, noise }) {
        const begun = persistent.take({ params, carry, noise });
        const { x: moved, metrics } = walk(model, params.energy, begun, underPrefix("walk.", noise), options);
        const { loss, metrics: energies } = contrast(model.energy, params.energy, batch, moved, options);
        return {
          losses: { energy: loss },
          carry: persistent.putBack(carry, moved),
          metrics: { ...energies, ...metrics },
          chains: { start: begun, negatives: moved },
        };
      },
    };
  },
});

import { z } from "zod";
import { less } from "../../ops/logic.js";
import { concat, slice } from "../../ops/shape.js";
import { chooseRows } from "../../samplers/parts/metropolis.js";
import { InputError } from "../../util/errors.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { objective } from "../objective.js";
import { contrast } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";
import { freshNoise, freshPoints, startingPoints, startOption } from "../parts/starts.js";

/**
 * PCD: chains survive parameter updates. With a `replay` buffer larger than `chains`, the chains that waited longest
 * are taken, some restarted from noise, and put back. Local chains do not cross between separated modes: they keep the
 * proportions they began with, and the weights of the *model* drift where nothing corrects them.
 */
export const persistentContrastiveDivergence = objective({
  name: "pcd",
  about: "Persistent contrastive divergence: chains that survive updates; mode weights of the model drift.",
  cite: "Tieleman (2008), Training restricted Boltzmann machines using approximations to the likelihood gradient",
  usual: ["discrete"],
  expected: [
    {
      options: { local: "ula" },
      weights: "wrong",
      why: "Local chains keep the shares they were started with whatever the model says.",
    },
  ],
  trains: ["energy"],
  metrics: { ...energyMetrics, ...acceptanceMetrics },
  support: "any",
  options: z.object({
    ...localOptions,
    chains: z.number().int().min(1).default(256).describe("M, chains moved each iteration"),
    start: startOption,
    replay: z.number().int().positive().nullable().default(null).describe("size of the replay buffer; null for none"),
    restart: z.number().min(0).max(1).default(0).describe("probability that a chain is restarted from noise"),
  }),
  iteration(model, _batch, options) {
    const { chains, start, replay, restart } = options;
    const size = replay ?? chains;
    if (size < chains)
      throw new InputError(`objective pcd: option replay is ${size}, but ${chains} chains are moved each iteration`);
    const { event, energy } = model;
    return {
      groups: ["energy"],
      noise: {
        ...withPrefix("walk.", walkNoise(model, chains, options)),
        ...(restart > 0
          ? {
              restart: { law: "uniform", shape: [chains] },
              fresh: freshNoise(energy, chains),
            }
          : {}),
      },
      carry: { chains: { shape: [size, ...event], dtype: "float32" } },
      start: (key, data) => ({ chains: startingPoints(key, start, size, event, data, energy.support) }),
      step({ params, carry, batch: x, noise }) {
        const oldest = slice(carry.chains!, 0, 0, chains);
        const begun =
          restart > 0 ? chooseRows(less(noise.restart!, restart), freshPoints(energy, noise.fresh!), oldest) : oldest;
        const { x: moved, metrics } = walk(model, params.energy, begun, underPrefix("walk.", noise), options);
        const { loss, metrics: energies } = contrast(model.energy, params.energy, x, moved);
        const waiting = size > chains ? [slice(carry.chains!, 0, chains, size)] : [];
        return {
          losses: { energy: loss },
          carry: { chains: concat([...waiting, moved], 0) },
          metrics: { ...energies, ...metrics },
        };
      },
    };
  },
});

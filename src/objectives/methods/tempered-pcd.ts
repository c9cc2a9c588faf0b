import { z } from "zod";
import type { Support } from "../../energies/support.js";
import type { ExprRecord } from "../../ops/control.js";
import { min } from "../../ops/extrema.js";
import { stack } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { stackNoise } from "../../random/noise.js";
import { parallelTempering } from "../../samplers/composites/parallel-tempering.js";
import { parallelTemperingGibbs } from "../../samplers/composites/parallel-tempering-gibbs.js";
import { ladderOption } from "../../samplers/parts/ladder.js";
import { walk } from "../../samplers/parts/walk.js";
import type { Sampler } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { essential } from "../../util/options.js";
import { defined, underPrefix, withPrefix } from "../../util/records.js";
import { allocate, tensor } from "../../util/tensor.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { energyMetrics, localAcceptanceMetrics } from "../parts/metrics.js";
import { startingPoints } from "../parts/starts.js";
import type { TraceFigure } from "../training-metric.js";

const { base, scale, local } = parallelTempering.options.shape;

const options = z.object({
  ...contrastOptions,
  chains: z.number().int().min(1).default(256).describe("M, chains at β = 1, the negatives").meta(essential),
  levels: z
    .number()
    .int()
    .min(2)
    .max(100)
    .default(10)
    .describe("replicas of each chain, that at β = 1 included")
    .meta(essential),
  temperatures: ladderOption("levels")
    .default("levels")
    .describe("inverse temperatures from 1 down; levels: so many, geometric to 0 for real points, even for discrete"),
  hottest: z.number().positive().lt(1).default(0.02).describe("the smallest β above 0 of a geometric ladder"),
  base,
  scale,
  trades: z.number().int().min(1).max(1000).default(2).describe("trades an iteration; two try every neighbour once"),
  local,
  localSteps: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe("local steps, or Gibbs sweeps, before each trade")
    .meta(essential),
  stepSize: z
    .number()
    .positive()
    .default(0.005)
    .describe("ε at β = 1; other levels move in wider coordinates")
    .meta(essential),
});

interface Chosen {
  readonly sampler: Sampler;
  readonly options: object;
}

/** What moves the points of a support: local kernels real ones, Gibbs sweeps discrete ones. */
function samplerOf(support: Support, given: z.output<typeof options>): Chosen {
  const { levels, temperatures, hottest, localSteps, stepSize, base: from, scale: width, local: within } = given;
  if (support.kind !== "real") {
    const ladder = temperatures === "levels" ? "even" : temperatures;
    // What a sampler's options are is no longer of interest.
    return {
      sampler: parallelTemperingGibbs as unknown as Sampler,
      options: { levels, temperatures: ladder, sweeps: localSteps },
    };
  }
  return {
    sampler: parallelTempering as unknown as Sampler,
    options: {
      ...{ levels, hottest, localSteps, stepSize, base: from, scale: width, local: within },
      temperatures: temperatures === "levels" ? "geometric" : temperatures,
    },
  };
}

const swaps: TraceFigure = { title: "Swaps of the ladder", yLabel: "share accepted" };

/**
 * Persistent contrastive divergence by parallel tempering: every chain has replicas on the path from a base to the
 * model, all of them survive updates, and neighbours trade places. The gradient is that of PCD,
 * `∇[mean E(x⁺) − mean E(x⁻)]` with the replicas at β = 1 as x⁻. A chain comes to another mode by way of the hot end,
 * where nothing separates them, so the shares of modes among the negatives follow the model, and the weights of modes
 * have a gradient.
 *
 * Real points: `U_β = −(1 − β) log ρ + β E` with `ρ = N(0, scale² I)` or the flow as it is, moved by exact local
 * kernels. Discrete points: the tempered laws of the energy's blocks, moved by Gibbs sweeps, uniform at β = 0. Replicas
 * begin at rows of the data; the one at β = 0 is drawn anew each time. The updates of parameters put replicas out of
 * equilibrium as they do those of PCD: the gradient is exact as far as the ladder mixes faster than the model moves.
 */
export const temperedPcd = objective({
  name: "tempered-pcd",
  about: "PCD whose chains have replicas at rising temperatures that trade places: they cross between modes.",
  cite: "Desjardins, Courville, Bengio, Vincent & Delalleau (2010), Parallel tempering for training of RBMs",
  // As many sweeps as twice those of pcd, and of a machine of bits the right weights of modes instead of drifting ones.
  usual: { blocks: { levels: 5, localSteps: 2 } },
  expected: [
    {
      weights: "right",
      why: "Replicas at rising temperatures carry chains from mode to mode.",
    },
  ],
  trains: ["energy"],
  metrics: {
    ...energyMetrics,
    ...localAcceptanceMetrics,
    swapAcceptance: {
      about: "Share of swaps between neighbours of the ladder that are accepted.",
      unit: "share",
      label: "all neighbours",
      figure: swaps,
    },
    worstSwap: {
      about: "The smallest of them: near 0 the ladder is cut in two.",
      unit: "share",
      label: "worst neighbours",
      role: "data",
      figure: swaps,
    },
    roundTrips: {
      about: "Share of steps in which a chain at β = 1 arrives from the hot end.",
      unit: "share",
      label: "round trips",
    },
  },
  support: "any",
  options,
  given: ({ base: from }) => ({ trains: ["energy"], needs: from === "flow" ? ["flow"] : [] }),
  iteration(model, _batch, given) {
    const { chains, levels, temperatures, trades } = given;
    const { event, energy } = model;
    const rungs = temperatures === "levels" ? levels : temperatures.length;
    const hotter = (rungs - 1) * chains;
    const { sampler, options: own } = samplerOf(energy.support, given);
    const noise = sampler.noise(frameOf(model, chains), own as never);
    return {
      groups: ["energy"],
      noise: withPrefix("move.", stackNoise(noise, trades)),
      carry: {
        chains: { shape: [chains, ...event], dtype: "float32" },
        replicas: { shape: [rungs - 1, chains, ...event], dtype: "float32" },
        parity: { shape: [chains], dtype: "float32" },
        hot: { shape: [rungs, chains], dtype: "float32" },
      },
      start: (key, data) => {
        const { data: x } = startingPoints(key, "data", chains + hotter, event, data);
        const cold = (x.length / (chains + hotter)) * chains;
        return {
          chains: tensor(x.slice(0, cold), [chains, ...event]),
          replicas: tensor(x.slice(cold), [rungs - 1, chains, ...event]),
          parity: tensor(allocate("float32", chains)),
          hot: tensor(allocate("float32", rungs * chains), [rungs, chains]),
        };
      },
      step({ params, carry, batch, noise: drawn }) {
        const at = { params: params.energy, flowParams: params.flow };
        const kernel = sampler(targetOf(model, at, chains), own as never);
        const { chains: x, replicas, parity, hot } = carry;
        const from = { x: x!, replicas: replicas!, parity: parity!, hot: hot! };
        const { state, info } = walk(kernel, from, underPrefix("move.", drawn), trades);
        const { x: negatives, ...rest } = state;
        const { loss, metrics } = contrast(energy, params.energy, batch, negatives!, given);
        return {
          losses: { energy: loss },
          carry: { chains: negatives!, ...rest },
          metrics: { ...metrics, ...ladderMetrics(info, rungs - 1) },
          chains: { start: x!, negatives: negatives! },
        };
      },
    };
  },
});

/** What the steps of a ladder with so many pairs of neighbours report, on average. */
function ladderMetrics({ localAcceptance, swapAcceptance, roundTrip, ...each }: ExprRecord, pairs: number): ExprRecord {
  const swaps = Array.from({ length: pairs }, (_, i) => mean(each[`swapAcceptance.${i}`]!));
  return {
    ...defined({ localAcceptance: localAcceptance && mean(localAcceptance) }),
    swapAcceptance: mean(swapAcceptance!),
    worstSwap: min(stack(swaps)),
    roundTrips: mean(roundTrip!),
  };
}

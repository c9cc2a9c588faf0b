import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, mul, sqrt, sub } from "../../ops/arithmetic.js";
import { gather } from "../../ops/indexing.js";
import { arange, stopGradient } from "../../ops/leaf.js";
import { finite, less, where } from "../../ops/logic.js";
import { concat, slice, sum } from "../../ops/shape.js";
import { logMeanExp, mean, softmax, variance } from "../../ops/special.js";
import { normal } from "../../random/draw.js";
import type { Key } from "../../random/key.js";
import { effectiveSize, systematic } from "../../samplers/parts/resample.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { allocate, type Shape, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import { objective } from "../objective.js";
import {
  acceptanceMetrics,
  crossEntropyMetrics,
  energyMetrics,
  essMetrics,
  flowChainMetrics,
} from "../parts/metrics.js";
import { needsFlow, walkerMove, walkerOptions } from "../parts/walkers.js";

/**
 * Jarzynski-weighted training: walkers `X` carry log-weights `A` that make up for every change of the energy,
 * `A ← A + U_k(X) − U_{k+1}(X)`, before a kernel that leaves `exp(−U_{k+1})` invariant moves them. Averages weighted by
 * `exp A` are then those of the model at every step, however slow the kernel is, as the number of walkers grows: so is
 * the likelihood gradient `∇[mean E(x⁺) − Σ wᵢ E(Xᵢ)]`, with it the weights of modes, and `log Z` is known on the way.
 * Below a share of the effective sample size the walkers are resampled and `log mean exp A` goes to `log Z`.
 *
 * Walkers begin at `N(0, scale² I)`; their first weights are those of importance sampling from it, exact for any energy.
 * With `ula` the weights take the logarithm of the Metropolis–Hastings ratio that it does not reject by. What an update
 * of the parameters changes of `U` at the walkers must vary by much less than 1 (`workDeviation`), or few walkers carry
 * all weight and the estimate fails in silence: take a small learning rate and many walkers. Parameters must fit where
 * walkers are: no weight reaches a mode in which none is.
 */
export const jarzynski = objective({
  name: "jarzynski",
  about: "Walkers weighted for every change of the energy: mode weights come out right, and log Z with them.",
  cite: "Carbone, Hua, Coste & Vanden-Eijnden (2023), Efficient training of energy-based models using Jarzynski equality",
  expected: [
    {
      options: { chains: 4096, localSteps: 1 },
      weights: "right",
      why: "Walkers that do not jump are weighted for what the energy changes under them, if it changes slowly.",
      learningRate: 2e-4,
    },
  ],
  trains: ["energy"],
  metrics: {
    ...energyMetrics,
    ...acceptanceMetrics,
    ...flowChainMetrics,
    ...crossEntropyMetrics,
    ...essMetrics,
    resampled: { about: "1 where the walkers were resampled.", unit: "share", label: "resampled" },
    workDeviation: {
      about: "Standard deviation of the work over walkers.",
      unit: "nats",
      label: "deviation of the work",
    },
  },
  options: z.object({
    ...walkerOptions,
    chains: z.number().int().min(2).default(1024).describe("N, walkers").meta(essential),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe("share of the effective sample size below which walkers are resampled"),
    scale: z.number().positive().default(1).describe("standard deviation of the normal law the walkers begin with"),
  }),
  given: ({ kernel }) => ({ trains: ["energy"], needs: needsFlow(kernel) ? ["flow"] : [] }),
  iteration(model, _batch, options) {
    const { chains, threshold, scale } = options;
    const move = walkerMove(model, chains, options);
    const { event, energy } = model;
    return {
      groups: ["energy"],
      noise: { ...withPrefix("move.", move.noise), u: { law: "uniform", shape: [] } },
      carry: {
        chains: { shape: [chains, ...event], dtype: "float32" },
        energies: { shape: [chains], dtype: "float32" },
        logWeights: { shape: [chains], dtype: "float32" },
        logZ: { shape: [], dtype: "float32" },
      },
      start: (key) => begin(key, chains, event, scale),
      step({ params, carry, batch, noise }) {
        const work = sub(energy(carry.chains!, params.energy), carry.energies!);
        const weighted = keepOut(sub(carry.logWeights!, work));
        const ess = mul(effectiveSize(weighted), 1 / chains);
        const due = less(ess, threshold);
        const from = where(due, systematic(weighted, noise.u!), arange(chains, "int64"));
        const logZ = add(carry.logZ!, where(due, logMeanExp(weighted), 0));
        const moved = move.apply(gather(carry.chains!, from), params, underPrefix("move.", noise));
        const logWeights = keepOut(add(where(due, 0, weighted), moved.logRatio));

        const n = batch.shape[0]!;
        const both = energy(concat([batch, stopGradient(moved.x)], 0), params.energy);
        const [onData, energies] = [slice(both, 0, 0, n), slice(both, 0, n, n + chains)];
        const energyData = mean(onData);
        const energyModel = sum(mul(stopGradient(softmax(logWeights)), energies));
        const loss = sub(energyData, energyModel);
        const total = add(logZ, logMeanExp(logWeights));
        return {
          losses: { energy: loss },
          carry: { chains: moved.x, energies, logWeights, logZ },
          metrics: {
            energyData,
            energyModel,
            energyGap: loss,
            ...moved.metrics,
            logZ: total,
            crossEntropy: add(total, energyData),
            ess,
            resampled: where(due, 1, 0),
            workDeviation: sqrt(variance(work)),
          },
        };
      },
    };
  },
});

/** A walker outside the energy's domain has no weight. */
const keepOut = (logWeights: Expr): Expr => where(finite(logWeights), logWeights, Number.NEGATIVE_INFINITY);

/** Walkers of a normal law, with its normalised energy as the one they are in equilibrium at: log Z is 0 there. */
function begin(key: Key, chains: number, event: Shape, scale: number): Record<string, Tensor> {
  const d = sizeOf(event);
  const x = normal(key, [chains, d]).data.map((v) => scale * v);
  const logNormalizer = d * Math.log(scale * Math.sqrt(2 * Math.PI));
  const energies = Float32Array.from({ length: chains }, (_, i) => {
    const own = x.subarray(i * d, (i + 1) * d);
    return own.reduce((s, v) => s + v * v, 0) / (2 * scale ** 2) + logNormalizer;
  });
  return {
    chains: tensor(Float32Array.from(x), [chains, ...event]),
    energies: tensor(energies),
    logWeights: tensor(allocate("float32", chains)),
    logZ: tensor(allocate("float32", 1), []),
  };
}

import { z } from "zod";
import { grad } from "../../autodiff/grad.js";
import type { Expr } from "../../ir/expr.js";
import { type Layout, trainableMask } from "../../nn/layout.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { norm } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { allocate, tensor } from "../../util/tensor.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";
import { startingPoints, startOption } from "../parts/starts.js";

/**
 * Fast PCD: the chains are walked at `θ + θ_fast`, where `θ_fast ← decay · θ_fast − fastRate · g` follows the same
 * gradient `g` as the parameters, faster, and forgets. Where chains stay too long the energy rises under them, so they
 * leave; θ itself keeps a small learning rate. The chains are of a model that moves: the negatives are biased while
 * `θ_fast` is not small, and right on average only as far as the gradient averages to zero.
 */
export const fastPcd = objective({
  name: "fast-pcd",
  about: "PCD whose chains follow fast weights that push them out of where they stay: they mix better, with a bias.",
  cite: "Tieleman & Hinton (2009), Using fast weights to improve persistent contrastive divergence",
  expected: [
    {
      weights: "wrong",
      why: "Fast weights push chains about inside their modes, not over the gap.",
    },
  ],
  trains: ["energy"],
  metrics: {
    ...energyMetrics,
    ...acceptanceMetrics,
    fastNorm: {
      about: "Length of the fast weights that the chains were walked with.",
      unit: "length",
      label: "fast weights",
    },
  },
  support: "any",
  options: z.object({
    ...localOptions,
    ...contrastOptions,
    chains: z.number().int().min(1).default(256).describe("M, chains moved each iteration").meta(essential),
    start: startOption,
    fastRate: z.number().nonnegative().default(0.01).describe("learning rate of the fast weights; 0 makes it PCD"),
    decay: z.number().min(0).lt(1).default(0.95).describe("share of the fast weights that an iteration keeps"),
  }),
  iteration(model, _batch, options) {
    const { chains, start, fastRate, decay } = options;
    const { event, energy } = model;
    const { layout } = energy;
    // An energy without parameters has none that are fast.
    const learns = layout.size > 0;
    return {
      groups: ["energy"],
      noise: withPrefix("walk.", walkNoise(model, chains, options)),
      carry: {
        chains: { shape: [chains, ...event], dtype: "float32" },
        ...(learns ? { fast: { shape: [layout.size], dtype: "float32" } as const } : {}),
      },
      start: (key, data) => ({
        chains: startingPoints(key, start, chains, event, data, energy.support),
        ...(learns ? { fast: tensor(allocate("float32", layout.size)) } : {}),
      }),
      step({ params, carry, batch: x, noise }) {
        const { chains: at, fast } = carry;
        const quick = fast ? add(params.energy, fast) : params.energy;
        const { x: moved, metrics } = walk(model, quick, at!, underPrefix("walk.", noise), options);
        const { loss, metrics: energies } = contrast(energy, params.energy, x, moved, options);
        const watched = { ...energies, ...metrics };
        if (!fast) return { losses: { energy: loss }, carry: { chains: moved }, metrics: watched };
        const gradient = trainable(layout, grad(loss, [params.energy])[0]);
        const next = sub(mul(decay, fast), mul(fastRate, gradient));
        return {
          losses: { energy: loss },
          carry: { chains: moved, fast: next },
          metrics: { ...watched, fastNorm: norm(fast) },
        };
      },
    };
  },
});

/** A gradient that is zero for frozen parameters. */
function trainable(layout: Layout, gradient: Expr): Expr {
  const mask = trainableMask(layout);
  return mask ? mul(gradient, constant(tensor(mask))) : gradient;
}

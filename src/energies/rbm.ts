import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { packVectors, unpack } from "../nn/layout.js";
import { add, neg, sigmoid } from "../ops/arithmetic.js";
import { cast } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { less } from "../ops/logic.js";
import { reshape, sum, transpose } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { normal } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { essential } from "../util/options.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { baseRateLogits } from "./base-rates.js";
import { timesBeta } from "./beta.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { logSumOverLayer, MOST_SUMMED } from "./layer-log-z.js";
import { isQuick, rbmLogZ } from "./rbm-exact.js";
import { rbmLayout } from "./rbm-layout.js";

/** Options of every restricted Boltzmann machine. */
export const machineOptions = {
  hiddenUnits: z.number().int().min(1).default(64).describe("m, hidden units").meta(essential),
  weightScale: z.number().positive().default(0.01).describe("standard deviation of the starting weights"),
};

export type MachineOptions = z.output<z.ZodObject<typeof machineOptions>>;

/** W from `N(0, scale²)`. */
export const startingWeights = (key: Key, n: number, m: number, scale: number): Float64Array =>
  normal(key, [n, m], "float64").data.map((v) => scale * v);

/** 1 with probability `σ(logit)`, else 0. */
export const bernoulli = (uniform: Expr, logit: Expr): Expr => cast(less(uniform, sigmoid(logit)), logit.dtype);

/** Log Z by the states of the smaller layer. */
function smallLogZ({ weight, visible, hidden }: Record<"weight" | "visible" | "hidden", Expr>): Expr {
  const rest = (fields: Expr): Expr => sum(softplus(fields), 1);
  return weight.shape[1]! <= weight.shape[0]!
    ? logSumOverLayer({ bias: hidden, weight: transpose(weight), offset: visible, rest })
    : logSumOverLayer({ bias: visible, weight, offset: hidden, rest });
}

/**
 * Bernoulli restricted Boltzmann machine over visible units 0 or 1: the joint energy with hidden units 0 or 1 is
 * `E(v, h) = −b·v − c·h − v·W h`, and with the hidden ones summed out `F(v) = −b·v − Σⱼ log(1 + exp(cⱼ + (v W)ⱼ))`.
 * One sweep draws h given v, then v given h. The law at β is that of the joint `exp(−β E(v, h))`: W, b and c times β,
 * uniform at β = 0; Salakhutdinov & Murray (2008) end in the data's base rates instead.
 * W starts from `N(0, weightScale²)`, c at 0 and b at the logits of the data's means, or 0 without data.
 * Log Z is known where a layer has at most 16 units.
 */
export function rbmEnergy(event: Shape, { hiddenUnits, weightScale }: MachineOptions): Energy {
  const n = sizeOf(event);
  const sizes = { visible: n, hidden: hiddenUnits };
  const layout = rbmLayout(n, hiddenUnits);
  const machine = (params: Expr) => unpack(layout, params) as Record<"weight" | "visible" | "hidden", Expr>;
  const flat = (v: Expr): Expr => reshape(v, [v.shape[0]!, n]);
  const freeEnergy = (v: Expr, params: Expr, beta: Operand): Expr => {
    const { weight, visible, hidden } = machine(params);
    // A matrix of one row: the derivative by b is then a product as well, not two passes over all points.
    const own = matmul(reshape(visible, [1, n]), flat(v), { transposeB: true });
    const fields = timesBeta(beta, affine(flat(v), weight, hidden));
    return neg(add(timesBeta(beta, reshape(own, [v.shape[0]!])), sum(softplus(fields), 1)));
  };
  return makeEnergy({
    event,
    layout,
    init: (key, data) =>
      packVectors([
        startingWeights(key, n, hiddenUnits, weightScale),
        data ? baseRateLogits(data, n) : new Float64Array(n),
        new Float64Array(hiddenUnits),
      ]),
    energy: (v, params) => freeEnergy(v, params, 1),
    ...(Math.min(n, hiddenUnits) <= MOST_SUMMED ? { logZ: (params) => smallLogZ(machine(params)) } : {}),
    ...(isQuick(sizes) ? { exactLogZ: (params) => rbmLogZ(params, sizes) } : {}),
    support: { kind: "binary", values: [0, 1] },
    blocks: {
      noise: (chains) => ({
        hidden: { law: "uniform", shape: [chains, hiddenUnits] },
        visible: { law: "uniform", shape: [chains, n] },
      }),
      sweep(v, noise, params, beta) {
        const { weight, visible, hidden } = machine(params);
        const h = bernoulli(noise.hidden!, timesBeta(beta, affine(flat(v), weight, hidden)));
        const back = affine(h, weight, visible, { transposeWeight: true });
        return reshape(bernoulli(noise.visible!, timesBeta(beta, back)), v.shape);
      },
      tempered: freeEnergy,
    },
  });
}

/** A restricted Boltzmann machine over bits. */
export const rbm = energy({
  name: "rbm",
  about: "A restricted Boltzmann machine over units 0 or 1, as free energy; drawn by its hidden units and back.",
  cite: "Smolensky (1986); Hinton (2002), Training products of experts by minimizing contrastive divergence",
  support: "binary",
  knows: { blocks: "", logZ: "of at most 16 hidden units" },
  // For log Z a sum over 4096 states of the hidden layer at every step.
  usual: { discrete: {}, logZ: { hiddenUnits: 12 } },
  options: z.object(machineOptions),
  build: (options, { event }) => rbmEnergy(event, options),
});

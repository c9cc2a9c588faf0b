import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { type Layout, layoutOf, packVectors, unpack } from "../nn/layout.js";
import { add, mul, neg, sigmoid } from "../ops/arithmetic.js";
import { cast } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { less } from "../ops/logic.js";
import { reshape, sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { normal } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { type FloatTensor, type Shape, sizeOf } from "../util/tensor.js";
import { temper } from "./beta.js";
import { type Energy, energy, makeEnergy } from "./energy.js";

/** Options of every restricted Boltzmann machine. */
export const machineOptions = {
  hiddenUnits: z.number().int().min(1).default(64).describe("m, hidden units"),
  weightScale: z.number().positive().default(0.01).describe("standard deviation of the starting weights"),
};

export type MachineOptions = z.output<z.ZodObject<typeof machineOptions>>;

/** `weight (n, m)`, `visible (n)` and `hidden (m)` one after the other: W, b and c. */
export const rbmLayout = (visible: number, hidden: number): Layout =>
  layoutOf({ weight: [visible, hidden], visible: [visible], hidden: [hidden] });

/** W from `N(0, scale²)`. */
export const startingWeights = (key: Key, n: number, m: number, scale: number): Float64Array =>
  normal(key, [n, m], "float64").data.map((v) => scale * v);

/** Mean of every coordinate of rows `(rows, ...event)` of `n` numbers. */
export function coordinateMeans({ data, shape }: FloatTensor, n: number): Float64Array {
  const sums = new Float64Array(n);
  for (let i = 0; i < data.length; i++) sums[i % n] = sums[i % n]! + data[i]!;
  return sums.map((v) => v / shape[0]!);
}

/** Logits of the means of rows of 0 and 1, with one row of halves more: finite where a unit never changes. */
const baseRateLogits = (rows: FloatTensor, n: number): Float64Array =>
  coordinateMeans(rows, n).map((mean) => {
    const ones = mean * rows.shape[0]! + 0.5;
    return Math.log(ones / (rows.shape[0]! + 1 - ones));
  });

/** 1 with probability `σ(logit)`, else 0. */
export const bernoulli = (uniform: Expr, logit: Expr): Expr => cast(less(uniform, sigmoid(logit)), logit.dtype);

/**
 * Bernoulli restricted Boltzmann machine over visible units 0 or 1: the joint energy with hidden units 0 or 1 is
 * `E(v, h) = −b·v − c·h − v·W h`, and with the hidden ones summed out `F(v) = −b·v − Σⱼ log(1 + exp(cⱼ + (v W)ⱼ))`.
 * One sweep draws h given v, then v given h. The law at β is that of the joint `exp(−β E(v, h))`: W, b and c times β,
 * uniform at β = 0; Salakhutdinov & Murray (2008) end in the data's base rates instead.
 * W starts from `N(0, weightScale²)`, c at 0 and b at the logits of the data's means, or 0 without data.
 */
export function rbmEnergy(event: Shape, { hiddenUnits, weightScale }: MachineOptions): Energy {
  const n = sizeOf(event);
  const layout = rbmLayout(n, hiddenUnits);
  const machine = (params: Expr) => unpack(layout, params) as Record<"weight" | "visible" | "hidden", Expr>;
  const flat = (v: Expr): Expr => reshape(v, [v.shape[0]!, n]);
  const freeEnergy = (v: Expr, params: Expr, beta: Operand): Expr => {
    const { weight, visible, hidden } = machine(params);
    const own = sum(temper(beta, mul(flat(v), visible)), 1);
    return neg(add(own, sum(softplus(temper(beta, affine(flat(v), weight, hidden))), 1)));
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
    support: { kind: "binary", values: [0, 1] },
    blocks: {
      noise: (chains) => ({
        hidden: { law: "uniform", shape: [chains, hiddenUnits] },
        visible: { law: "uniform", shape: [chains, n] },
      }),
      sweep(v, noise, params, beta) {
        const { weight, visible, hidden } = machine(params);
        const h = bernoulli(noise.hidden!, temper(beta, affine(flat(v), weight, hidden)));
        const back = add(matmul(h, weight, { transposeB: true }), visible);
        return reshape(bernoulli(noise.visible!, temper(beta, back)), v.shape);
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
  options: z.object(machineOptions),
  build: (options, { event }) => rbmEnergy(event, options),
});

import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { packVectors, unpack } from "../nn/layout.js";
import { add, div, exp, log, mul, square, sub } from "../ops/arithmetic.js";
import { affine, matmul } from "../ops/linalg.js";
import { reshape, sum, transpose } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { columnMeans } from "../util/moments.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { timesBeta } from "./beta.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { logSumOverLayer, MOST_SUMMED } from "./layer-log-z.js";
import { bernoulli, machineOptions, startingWeights } from "./rbm.js";
import { gaussianRbmLogZ, isQuick } from "./rbm-exact.js";
import { gaussianRbmLayout } from "./rbm-layout.js";

const machineWithScale = {
  ...machineOptions,
  scale: z.number().positive().default(1).describe("σ, standard deviation of every coordinate given the hidden units"),
  learnScale: z.boolean().default(false).describe("whether the logarithms of σ are learned"),
};

export type GaussianRbmOptions = z.output<z.ZodObject<typeof machineWithScale>>;

/** `Σᵢ log(√2π σᵢ) + log Σ_h exp(c·h + Σᵢ ((b + W h)ᵢ² − bᵢ²)/2σᵢ²)`. */
function smallLogZ({ weight, visible, hidden, sigma }: Record<"weight" | "visible" | "hidden" | "sigma", Expr>): Expr {
  const halfPrecision = div(0.5, square(sigma));
  const rest = (fields: Expr): Expr => sum(mul(halfPrecision, sub(square(fields), square(visible))), 1);
  const states = logSumOverLayer({ bias: hidden, weight: transpose(weight), offset: visible, rest });
  return add(states, sum(log(mul(Math.sqrt(2 * Math.PI), sigma))));
}

/**
 * Restricted Boltzmann machine over real visible units and hidden units 0 or 1:
 * `E(v, h) = Σᵢ (vᵢ − bᵢ)²/2σᵢ² − c·h − (v/σ²)·W h`, and with the hidden ones summed out
 * `F(v) = Σᵢ (vᵢ − bᵢ)²/2σᵢ² − Σⱼ log(1 + exp(cⱼ + ((v/σ²) W)ⱼ))`. Given h, v is `N(b + W h, σ²)`: a mixture of `2ᵐ`
 * round Gaussians. Another convention divides by σ where this one divides by σ²; it scales the rows of W.
 * One sweep draws h given v, then v given h. The law at β has c and W times β: at β = 0 it is `N(b, σ²)`, normalised
 * as no law with a flat end would be.
 * W starts from `N(0, weightScale²)`, c at 0 and b at the data's means, or 0 without data.
 * Log Z is known up to 16 hidden units.
 * Source: Melchior, Wang & Wiskott (2017).
 */
export function gaussianRbmEnergy(event: Shape, options: GaussianRbmOptions): Energy {
  const { hiddenUnits, weightScale, scale, learnScale } = options;
  const n = sizeOf(event);
  const sizes = { visible: n, hidden: hiddenUnits };
  const layout = gaussianRbmLayout(n, hiddenUnits, learnScale);
  const machine = (params: Expr) => {
    const { logScale, ...rest } = unpack(layout, params) as Record<"weight" | "visible" | "hidden" | "logScale", Expr>;
    return { ...rest, sigma: exp(logScale) };
  };
  const flat = (v: Expr): Expr => reshape(v, [v.shape[0]!, n]);
  const freeEnergy = (v: Expr, params: Expr, beta: Operand): Expr => {
    const { weight, visible, hidden, sigma } = machine(params);
    const own = mul(0.5, sum(square(div(sub(flat(v), visible), sigma)), 1));
    const input = affine(div(flat(v), square(sigma)), weight, hidden);
    return sub(own, sum(softplus(timesBeta(beta, input)), 1));
  };
  return makeEnergy({
    event,
    layout,
    init: (key, data) =>
      packVectors([
        startingWeights(key, n, hiddenUnits, weightScale),
        data ? columnMeans(data.data, n) : new Float64Array(n),
        new Float64Array(hiddenUnits),
        new Float64Array(n).fill(Math.log(scale)),
      ]),
    energy: (v, params) => freeEnergy(v, params, 1),
    ...(hiddenUnits <= MOST_SUMMED ? { logZ: (params) => smallLogZ(machine(params)) } : {}),
    ...(isQuick(sizes, "hidden") ? { exactLogZ: (params) => gaussianRbmLogZ(params, sizes) } : {}),
    blocks: {
      noise: (chains) => ({
        hidden: { law: "uniform", shape: [chains, hiddenUnits] },
        visible: { law: "normal", shape: [chains, n] },
      }),
      sweep(v, noise, params, beta) {
        const { weight, visible, hidden, sigma } = machine(params);
        const input = affine(div(flat(v), square(sigma)), weight, hidden);
        const h = bernoulli(noise.hidden!, timesBeta(beta, input));
        const centre = add(visible, timesBeta(beta, matmul(h, weight, { transposeB: true })));
        return reshape(add(centre, mul(sigma, noise.visible!)), v.shape);
      },
      tempered: freeEnergy,
    },
  });
}

/** A restricted Boltzmann machine over real numbers. */
export const gaussianRbm = energy({
  name: "gaussian-rbm",
  about: "A restricted Boltzmann machine over real coordinates, as free energy: a mixture of 2ᵐ Gaussians.",
  cite: "Melchior, Wang & Wiskott (2017), Gaussian-binary restricted Boltzmann machines for modeling natural image statistics",
  knows: { blocks: "", logZ: "of at most 16 hidden units" },
  options: z.object(machineWithScale),
  build: (options, { event }) => gaussianRbmEnergy(event, options),
});

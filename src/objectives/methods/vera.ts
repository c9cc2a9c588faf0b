import { z } from "zod";
import { grad } from "../../autodiff/grad.js";
import type { Expr } from "../../ir/expr.js";
import { activationOption } from "../../nn/activation.js";
import { layoutOf, packVectors, splitVector } from "../../nn/layout.js";
import { mlp } from "../../nn/mlp.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { maximum } from "../../ops/extrema.js";
import { scalar, stopGradient } from "../../ops/leaf.js";
import { concat, reshape, slice, sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { adam } from "../../optim/adam.js";
import type { Transform } from "../../optim/transform.js";
import { fold, type Key } from "../../random/key.js";
import { mapValues, underPrefix, withPrefix } from "../../util/records.js";
import { sizeOf, tensor } from "../../util/tensor.js";
import { type Model, objective, type StepInput } from "../objective.js";
import { latentScore } from "../parts/latent-score.js";
import { squaredGradient } from "../parts/squared-gradient.js";

const options = z.object({
  latent: z.number().int().min(1).nullable().default(null).describe("k, latent numbers; null: one a coordinate"),
  hidden: z
    .array(z.number().int().min(1))
    .default([128, 128])
    .describe("widths of the generator; none makes it linear"),
  activation: activationOption,
  noiseScale: z.number().min(0.01).default(0.1).describe("s, at the start or throughout"),
  learnNoise: z.boolean().default(true).describe("whether s is learned; it stays at 0.01 or above"),
  samples: z.number().int().min(1).default(20).describe("S, latents proposed for the entropy's derivative"),
  proposalScale: z.number().positive().default(1).describe("η at the start; too wide costs variance, too narrow bias"),
  generatorRate: z.number().positive().default(1e-3).describe("learning rate of the generator"),
  proposalEntropy: z
    .number()
    .min(1)
    .default(3)
    .describe("c, weight of the proposal's entropy in what η goes up; 1: too narrow a proposal"),
  proposalRate: z.number().positive().default(1e-2).describe("learning rate of log η"),
  entropyWeight: z.number().min(0).default(1).describe("λ, weight of the generator's entropy; calibrated at 1 only"),
  gradientPenalty: z.number().min(0).default(0).describe("γ, weight of the mean squared gradient at the data"),
});

type Options = z.output<typeof options>;

/** Smallest standard deviation of the generator's noise: below it no proposal finds the latents of a point. */
const SMALLEST = 0.01;

/** `g_φ` and `log s`, as one vector. */
function generatorOf({ event }: Model, given: Options) {
  const [d, k] = [sizeOf(event), given.latent ?? sizeOf(event)];
  const network = mlp({ widths: [k, ...given.hidden, d], activation: given.activation });
  const layouts = given.learnNoise ? [network.layout, layoutOf({ logScale: [1] })] : [network.layout];
  const first = Math.log(given.noiseScale);
  return {
    ...{ d, k },
    size: layouts.reduce((n, { size }) => n + size, 0),
    init: (key: Key): Float32Array => packVectors([network.init(key), given.learnNoise ? [first] : []]),
    parts(phi: Expr): { generate(z: Expr): Expr; logScale: Expr } {
      const [weights, logScale] = splitVector(phi, layouts);
      return {
        generate: (z) => network.apply(weights!, z),
        logScale: logScale ? reshape(logScale, []) : scalar(first),
      };
    },
    /** The vector with `log s` back within bounds. */
    bounded(phi: Expr): Expr {
      if (!given.learnNoise) return phi;
      const n = network.layout.size;
      return concat([slice(phi, 0, 0, n), maximum(slice(phi, 0, n, n + 1), Math.log(SMALLEST))]);
    },
  };
}

/** Without momentum, as what is followed moves. */
const follower = (learningRate: number): Transform => adam.make({ learningRate, beta1: 0, beta2: 0.9 });

/** A vector in the carry that goes down a loss by an optimizer whose state is there as well. */
function learnedVector(name: string, size: number, optimizer: Transform) {
  const first = withPrefix(`${name}.optimizer.`, optimizer.init(size));
  const types = mapValues(first, ({ shape, dtype }) => ({ shape, dtype }));
  return {
    carry: { [name]: { shape: [size], dtype: "float32" as const }, ...types },
    start: (values: Float32Array) => ({ [name]: tensor(values), ...first }),
    step(carry: StepInput["carry"], loss: Expr, bounded: (next: Expr) => Expr = (next) => next) {
      const own = carry[name]!;
      const state = underPrefix(`${name}.optimizer.`, carry);
      const { update, state: next } = optimizer.update(grad(loss, [own])[0], state, own);
      return { [name]: bounded(add(own, update)), ...withPrefix(`${name}.optimizer.`, next) };
    },
  };
}

/**
 * VERA: an energy against a generator `x = g(z) + s ξ`, `z ~ N(0, I_k)`, of any network g. The energy follows
 * `∇[mean E(x⁺) − mean E(x)] + γ ∇ mean |∇E(x⁺)|²` with the generator's draws x, and the generator goes down
 * `E_q E − λ H(q)`, which at λ = 1 is `KL(q ‖ p) − log Z`. Its density is an integral over z, so the entropy's derivative
 * is `−E[∇ₓ log q(x) · ∂x/∂φ]` with the score estimated by importance sampling of the latents around those that x was
 * drawn with (`latentScore`). The widths η of the proposal `N(z, η²)` go up `E log q(x, z′) + c Σ log η`, so that η is
 * about √c times the width of the posterior. The paper's c is 1; at c = 3 the importance weights vary least.
 *
 * At rest `exp(−E) ∝ p_data^λ`: only λ = 1 is calibrated. The penalty flattens. The reverse divergence lets the generator
 * drop a mode. The estimate keeps something of the noise that x was drawn with, the less the more `samples`: the network
 * is pushed apart too little and s too much, so that s grows to the narrowest width of the model.
 *
 * The trainer has parameters of the energy and of a flow, and the generator is neither: its parameters, η and the
 * states of their optimizers (Adam with β₁ = 0, β₂ = 0.9) are in the carry, and go on within the step. They are saved
 * with it, and not averaged; their learning rates are constant.
 *
 * Metrics: energies; `noiseScale`, s; `proposalScale`, the mean of η; `posteriorEss`, the effective share of the proposed
 * latents; `entropyBound`, which the entropy of the generator is below on average, and not far with many samples; `squaredScore`, `mean |∇E(x⁺)|²`, where it is
 * penalised.
 */
export const vera = objective({
  name: "vera",
  about: "Energy against a free generator, whose entropy's derivative is estimated by importance sampling of latents.",
  cite: "Grathwohl et al. (2021), No MCMC for me: amortized sampling for fast and stable training of energy-based models",
  trains: ["energy"],
  options,
  iteration(model, batch, given) {
    const { entropyWeight, gradientPenalty, samples, proposalScale, proposalEntropy } = given;
    const { event } = model;
    const { d, k, size, init, parts, bounded } = generatorOf(model, given);
    const generator = learnedVector("generator", size, follower(given.generatorRate));
    const proposal = learnedVector("logEta", k, follower(given.proposalRate));
    return {
      groups: ["energy"],
      noise: {
        z: { law: "normal", shape: [batch, k] },
        xi: { law: "normal", shape: [batch, d] },
        proposal: { law: "normal", shape: [samples, batch, k] },
      },
      carry: { ...generator.carry, ...proposal.carry },
      start: (key) => ({
        ...generator.start(init(fold(key, "generator"))),
        ...proposal.start(new Float32Array(k).fill(Math.log(proposalScale))),
      }),
      step({ params, carry, batch: data, noise }) {
        const { generate, logScale } = parts(carry.generator!);
        const x = add(generate(noise.z!), mul(exp(logScale), noise.xi!));
        const logEta = carry.logEta!;
        const latents = latentScore({ generate, x, z: noise.z!, logScale, logEta, noise: noise.proposal! });
        const n = data.shape[0]!;
        // Each vector is moved by the derivative by itself, so that one pass serves both sides.
        const both = model.energy(concat([data, reshape(x, [batch, ...event])], 0), params.energy);
        const [energyData, energyModel] = [mean(slice(both, 0, 0, n)), mean(slice(both, 0, n, n + batch))];
        const gap = sub(energyData, energyModel);
        const logProb = mean(sum(mul(stopGradient(latents.score), x), 1));
        const squaredScore = gradientPenalty > 0 ? squaredGradient(model, params.energy, data) : undefined;
        return {
          losses: { energy: squaredScore ? add(gap, mul(gradientPenalty, squaredScore)) : gap },
          carry: {
            ...generator.step(carry, add(energyModel, mul(entropyWeight, logProb)), bounded),
            ...proposal.step(carry, neg(add(latents.joint, mul(proposalEntropy, sum(logEta))))),
          },
          metrics: {
            ...{ energyData, energyModel, energyGap: gap },
            noiseScale: exp(logScale),
            proposalScale: mean(exp(logEta)),
            posteriorEss: latents.ess,
            entropyBound: neg(latents.bound),
            ...(squaredScore ? { squaredScore } : {}),
          },
        };
      },
    };
  },
});

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { activationOption } from "../../nn/activation.js";
import { joinLayouts, layoutOf, packVectors, splitVector } from "../../nn/layout.js";
import { mlp } from "../../nn/mlp.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { maximum } from "../../ops/extrema.js";
import { scalar, stopGradient } from "../../ops/leaf.js";
import { concat, reshape, slice, sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { sizeOf } from "../../util/tensor.js";
import { type Model, objective, type ParameterGroup } from "../objective.js";
import { latentScore } from "../parts/latent-score.js";
import { energyMetrics, squaredScoreMetrics } from "../parts/metrics.js";
import { squaredGradient } from "../parts/squared-gradient.js";

const options = z.object({
  latent: z.number().int().min(1).nullable().default(null).describe("k, latent numbers; null: one a coordinate"),
  hidden: z
    .array(z.number().int().min(1))
    .default([128, 128])
    .describe("widths of the generator; none makes it linear")
    .meta(essential),
  activation: activationOption,
  noiseScale: z.number().min(0.01).default(0.1).describe("s, at the start or throughout"),
  learnNoise: z.boolean().default(true).describe("whether s is learned; it stays at 0.01 or above"),
  samples: z.number().int().min(1).default(20).describe("S, latents proposed for the entropy's derivative"),
  proposalScale: z.number().positive().default(1).describe("η at the start; too wide costs variance, too narrow bias"),
  proposalEntropy: z
    .number()
    .min(1)
    .default(3)
    .describe("c, weight of the proposal's entropy in what η goes up; 1: too narrow a proposal"),
  entropyWeight: z.number().min(0).default(1).describe("λ, weight of the generator's entropy; calibrated at 1 only"),
  gradientPenalty: z
    .number()
    .min(0)
    .default(0)
    .describe("γ, weight of the mean squared gradient at the data")
    .meta(essential),
});

type Options = z.output<typeof options>;

/** Smallest standard deviation of the generator's noise: below it no proposal finds the latents of a point. */
const SMALLEST = 0.01;

/** `g_φ` and `log s`, as one vector. */
function generatorOf({ event }: Model, given: Options) {
  const [d, k] = [sizeOf(event), given.latent ?? sizeOf(event)];
  const network = mlp({ widths: [k, ...given.hidden, d], activation: given.activation });
  const layouts = { network: network.layout, ...(given.learnNoise ? { noise: layoutOf({ logScale: [1] }) } : {}) };
  const first = Math.log(given.noiseScale);
  const n = network.layout.size;
  const group: ParameterGroup = {
    layout: joinLayouts(layouts),
    init: (key) => packVectors([network.init(key), given.learnNoise ? [first] : []]),
    // `log s` back within bounds.
    project: (phi) =>
      given.learnNoise ? concat([slice(phi, 0, 0, n), maximum(slice(phi, 0, n, n + 1), Math.log(SMALLEST))]) : phi,
  };
  return {
    ...{ d, k, group },
    parts(phi: Expr): { generate(z: Expr): Expr; logScale: Expr } {
      const [weights, logScale] = splitVector(phi, Object.values(layouts));
      return {
        generate: (z) => network.apply(weights!, z),
        logScale: logScale ? reshape(logScale, []) : scalar(first),
      };
    },
  };
}

/** Without momentum, as what is followed moves; and as fast at the end, when that slows down, as at the start. */
const follower = (learningRate: number) => ({
  ...{ name: "adam", learningRate, schedule: "constant" },
  ...{ beta1: 0, beta2: 0.9 },
});

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
 * The generator and the widths are parameter groups of their own, beside the energy: by Adam with β₁ = 0 and β₂ = 0.9,
 * without momentum as what they follow moves.
 */
export const vera = objective({
  name: "vera",
  about: "Energy against a free generator, whose entropy's derivative is estimated by importance sampling of latents.",
  cite: "Grathwohl et al. (2021), No MCMC for me: amortized sampling for fast and stable training of energy-based models",
  expected: [
    {
      options: { gradientPenalty: 0.1 },
      weights: "wrong",
      why: "The energy outruns its generator, and what that has left of a mode no draw tells of.",
      learningRate: 5e-4,
    },
  ],
  trains: ["energy", "generator", "proposal"],
  metrics: {
    ...energyMetrics,
    noiseScale: {
      about: "s, the standard deviation of the generator's noise.",
      unit: "length",
      label: "noise of the generator",
    },
    proposalScale: { about: "Mean of η, the widths of the proposal.", unit: "number", label: "width of the proposal" },
    posteriorEss: {
      about: "Effective share of the proposed latents: near 1/samples the score is of one of them.",
      unit: "share",
      label: "effective latents",
    },
    entropyBound: {
      about: "What the entropy of the generator is below on average: falling steadily, it collapses.",
      unit: "nats",
      label: "bound of the entropy",
      progress: { label: "entropy <" },
    },
    ...squaredScoreMetrics,
  },
  throughPoints: ["generator"],
  ownGroups: {
    generator: { about: "the weights of g, and log s where it is learned", role: "flow", optimizer: follower(1e-3) },
    proposal: { about: "log η, the widths of the proposal", role: "data", optimizer: follower(1e-2) },
  },
  options,
  iteration(model, batch, given) {
    const { entropyWeight, gradientPenalty, samples, proposalScale, proposalEntropy } = given;
    const { event } = model;
    const { d, k, group: generator, parts } = generatorOf(model, given);
    const proposal: ParameterGroup = {
      layout: layoutOf({ logEta: [k] }),
      init: () => new Float32Array(k).fill(Math.log(proposalScale)),
    };
    return {
      groups: ["energy", "generator", "proposal"],
      ownGroups: { generator, proposal },
      noise: {
        z: { law: "normal", shape: [batch, k] },
        xi: { law: "normal", shape: [batch, d] },
        proposal: { law: "normal", shape: [samples, batch, k] },
      },
      carry: {},
      start: () => ({}),
      step({ params, batch: data, noise }) {
        const { generate, logScale } = parts(params.generator!);
        const x = add(generate(noise.z!), mul(exp(logScale), noise.xi!));
        const logEta = params.proposal!;
        const latents = latentScore({ generate, x, z: noise.z!, logScale, logEta, noise: noise.proposal! });
        const n = data.shape[0]!;
        // Each group is moved by the derivative by itself, so that one pass serves both sides.
        const both = model.energy(concat([data, reshape(x, [batch, ...event])], 0), params.energy);
        const [energyData, energyModel] = [mean(slice(both, 0, 0, n)), mean(slice(both, 0, n, n + batch))];
        const gap = sub(energyData, energyModel);
        const logProb = mean(sum(mul(stopGradient(latents.score), x), 1));
        const squaredScore = gradientPenalty > 0 ? squaredGradient(model, params.energy, data) : undefined;
        return {
          losses: {
            energy: squaredScore ? add(gap, mul(gradientPenalty, squaredScore)) : gap,
            generator: add(energyModel, mul(entropyWeight, logProb)),
            proposal: neg(add(latents.joint, mul(proposalEntropy, sum(logEta)))),
          },
          carry: {},
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

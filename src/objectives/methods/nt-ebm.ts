import { z } from "zod";
import type { Operand } from "../../ir/expr.js";
import { neg } from "../../ops/arithmetic.js";
import { stopGradient } from "../../ops/leaf.js";
import { mean } from "../../ops/special.js";
import { stackNoise } from "../../random/noise.js";
import { neutra } from "../../samplers/composites/neutra.js";
import { walk } from "../../samplers/parts/walk.js";
import { localOption } from "../../samplers/roles/local.js";
import type { Kernel } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { type Model, objective, type StepInput } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { paperEnergy, paperFlow } from "../parts/paper-networks.js";
import { flowPersistentOptions, persistentChains } from "../parts/persistent.js";
import { adaptationOptions, stepSizeMetrics, stepSizeOf } from "../parts/step-size.js";

const options = z.object({
  flow: z
    .enum(["frozen", "fitted"])
    .default("frozen")
    .describe("frozen: as pretrain left it; fitted: to the data, at the same time")
    .meta(essential),
  ...flowPersistentOptions,
  ...contrastOptions,
  restart: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("probability that a chain begins anew: at a draw of the flow where they start at such, else at noise")
    .meta(essential),
  local: localOption({ alone: true }).default("mala").describe("kernel of the chains, in latent space").meta(essential),
  localSteps: z.number().int().min(1).max(10_000).default(10).describe("k, steps each iteration").meta(essential),
  stepSize: z
    .number()
    .positive()
    .default(0.02)
    .describe("ε, the step size of a kernel that has one, in latent space")
    .meta(essential),
  ...adaptationOptions,
});

type Options = z.output<typeof options>;

function kernelOf(model: Model, params: StepInput["params"], { chains, local }: Options, stepSize: Operand): Kernel {
  const target = targetOf(model, { params: params.energy, flowParams: params.flow }, chains);
  return typeof stepSize === "number" ? neutra(target, { local, stepSize }) : neutra(target, { local }, { stepSize });
}

/**
 * Contrastive training with negatives from chains in the latent space of a flow `x = T(z)`: they walk z under
 * `E(T(z)) − log |det J_T(z)|`, whose law is that of x pulled back, and the energy follows
 * `∇[mean E(x⁺) − mean E(T(z⁻))]`. Chains persist as points x, so that a flow that is fitted along moves none of them.
 * A flow from one Gaussian leaves a bridge between separated modes, on which the energy rises: in latent space a barrier
 * that is thin where the flow fits. Moves that are long beside it jump over, and the weights of the modes come out right:
 * `local: "barker"` with `adapt`. Langevin proposals cannot be long on such slopes: chains stick on them, and the energy
 * grows under those that are stuck.
 */
export const ntEbm = objective({
  name: "nt-ebm",
  about:
    "Negatives from persistent chains in a flow's latent space: for bent densities, and modes that long moves there join.",
  cite: "Nijkamp et al. (2022), MCMC should mix: learning energy-based model with neural transport latent space MCMC",
  expected: [
    {
      as: "nt-ebm",
      options: { flow: "fitted", local: "barker", adapt: true },
      weights: "right",
      why: "Where the flow fits, what is left of the gap in latent space is thin: long moves jump over it.",
    },
  ],
  presets: {
    paper: {
      about:
        "As Grenioux, Moulines & Gabrié (2023) compared it: their networks, a flow fitted first and frozen, 128 steps of mala accepted at 75 %.",
      config: {
        energy: paperEnergy,
        flow: paperFlow,
        objective: {
          ...{ chains: 256, replay: 8192, start: "flow" },
          ...{ local: "mala", localSteps: 128, adapt: true, acceptance: 0.75 },
        },
        optimizer: {
          // Theirs is 1e-2, of an optimizer they do not name; by Adam the energy diverges with it.
          energy: { name: "adam", learningRate: 1e-3 },
          flow: { name: "adam", learningRate: 1e-2 },
        },
        pretrain: 1024,
        batch: 256,
      },
    },
  },
  trains: ["energy"],
  metrics: { ...energyMetrics, ...acceptanceMetrics, ...stepSizeMetrics },
  needs: ["flow"],
  options,
  given: ({ flow }) => ({ trains: flow === "fitted" ? ["energy", "flow"] : ["energy"], needs: ["flow"] }),
  iteration(model, _batch, o) {
    const { energy, flow } = model;
    const fitted = o.flow === "fitted";
    const persistent = persistentChains(model, o, "nt-ebm");
    const adaptation = stepSizeOf(o);
    const walkNoise = stackNoise(neutra.noise(frameOf(model, o.chains), { local: o.local }), o.localSteps);
    return {
      groups: fitted ? ["energy", "flow"] : ["energy"],
      noise: { ...withPrefix("chain.", walkNoise), ...persistent.noise },
      carry: { ...persistent.carry, ...adaptation.carry },
      start: (key, data) => ({ ...persistent.start(key, data), ...adaptation.start() }),
      step({ params, carry, batch, noise }) {
        const kernel = kernelOf(model, params, o, adaptation.at(carry));
        const begun = persistent.take({ params, carry, noise });
        const { state, info } = walk(kernel, kernel.init(begun), underPrefix("chain.", noise), o.localSteps);
        const { loss, metrics } = contrast(energy, params.energy, batch, stopGradient(state.x!), o);
        const losses = fitted ? { flow: neg(mean(flow!.logProb(batch, params.flow))) } : {};
        const acceptance = info.acceptance && mean(mean(info.acceptance, 0));
        const adapted = adaptation.follow(carry, acceptance);
        return {
          losses: { energy: loss, ...losses },
          carry: { ...persistent.putBack(carry, state.x!), ...adapted.carry },
          metrics: { ...metrics, ...(acceptance ? { acceptance } : {}), ...adapted.metrics },
          chains: { start: begun, negatives: state.x! },
        };
      },
    };
  },
});

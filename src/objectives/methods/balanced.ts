import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, exp, mul, neg } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { gather } from "../../ops/indexing.js";
import { constant, stopGradient } from "../../ops/leaf.js";
import { concat, reshape, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { stackNoise } from "../../random/noise.js";
import { flowMoveOptions, flowRound, flowRoundNoise } from "../../samplers/composites/flow-mc.js";
import { walk } from "../../samplers/parts/walk.js";
import type { Transition } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { InputError } from "../../util/errors.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { sizeOf, tensor } from "../../util/tensor.js";
import { type Model, objective } from "../objective.js";
import { averageAcceptances } from "../parts/acceptances.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { energyMetrics, flowChainMetrics } from "../parts/metrics.js";
import { paperEnergy, paperFlow, paperImageEnergy, paperImageFlow } from "../parts/paper-networks.js";
import { flowPersistentOptions, persistentChains } from "../parts/persistent.js";
import { acceptanceOption, followed, goalOf, stepSizeMetrics } from "../parts/step-size.js";

const options = z.object({
  ...flowPersistentOptions,
  ...flowMoveOptions,
  ...contrastOptions,
  rounds: z.number().int().min(1).max(100).default(1).describe("S, rounds of local steps and jumps an iteration"),
  stepSize: z.number().positive().default(0.005).describe("ε, the first local step size").meta(essential),
  adapt: z.boolean().default(true).describe("whether the step size follows the acceptance of local moves"),
  acceptance: acceptanceOption,
  thin: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      "n: negatives are every n-th state of a chain in each round, back from its last; null: its last state only",
    ),
  dataShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("weight of the data beside the chains in the flow's loss: a mode lost by both is lost for good"),
});

type Options = z.output<typeof options>;

const paperRate = { name: "adam", learningRate: 1e-4, schedule: "exponential", decay: 0.99, decayEvery: 50 };

/** Rounds of moves as a transition, which reports the states on the way that are kept, `kept (k, chains, ...event)`. */
function roundsOf(model: Model, params: ExprRecord<"energy" | "flow">, o: Options, logStep: Expr): Transition {
  const target = targetOf(model, { params: params.energy, flowParams: params.flow }, o.chains);
  const moves = { ...o, stepSize: exp(logStep) };
  return {
    init: (x) => ({ x }),
    step({ x }, noise) {
      const { x: y, info, path } = flowRound(target, moves, x!, noise, { keep: o.thin !== null });
      return { state: { x: y }, info: path ? { ...info, kept: every(path, o.thin!) } : info };
    },
  };
}

/** Every n-th of the states `(moves, …)`, the last among them. @throws InputError where there are fewer. */
function every(states: Expr, n: number): Expr {
  const moves = states.shape[0]!;
  if (n > moves) throw new InputError(`objective balanced: thin is ${n}, but a round has ${moves} states`);
  const kept = Array.from({ length: Math.ceil(moves / n) }, (_, i) => BigInt(moves - 1 - n * i));
  return gather(states, constant(tensor(BigInt64Array.from(kept))));
}

/**
 * Balanced training: energy and flow are trained together. Each iteration moves persistent chains by local steps and a
 * jump the flow proposes, or several; the energy follows `∇[mean E(x⁺) − mean E(x⁻)]`, the flow `−∇ mean log q(x⁻)`.
 * Since jumps cross between modes and the acceptance keeps them exact, the likelihood gradient is right at all times and
 * the weights of the modes come out right. It does not discover modes: start the chains where all of them are.
 */
export const balanced = objective({
  name: "balanced",
  about: "Energy and flow trained together from flow-assisted chains: the mode weights come out right.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  usual: { real: {} },
  expected: [
    {
      weights: "right",
      why: "Jumps of the flow carry chains between modes, and their acceptance keeps them exact.",
    },
  ],
  trains: ["energy", "flow"],
  closes: true,
  metrics: {
    ...energyMetrics,
    ...flowChainMetrics,
    ...stepSizeMetrics,
  },
  needs: ["flow"],
  options,
  presets: {
    paper: {
      about:
        "As in the paper: its networks, whole chains as negatives, jumps by i-SIR between local steps, a flow that sees the chains alone.",
      config: {
        energy: paperEnergy,
        flow: paperFlow,
        objective: {
          ...{ chains: 256, replay: 8192, start: "noise", thin: 4, dataShare: 0 },
          ...{ localSteps: 64, jump: "isir", proposals: 64, localStepsAfter: 63 },
        },
        optimizer: {
          energy: { name: "adam", learningRate: 1e-3 },
          flow: { name: "adam", learningRate: 1e-3 },
        },
        batch: 256,
        closing: 0,
      },
    },
    "paper-images": {
      about:
        "As in the paper for CIFAR-10: its networks, three rounds of a jump by i-SIR with 128 particles and 32 steps of mala, L2 on energies, flips.",
      config: {
        data: { flips: true },
        energy: paperImageEnergy,
        flow: paperImageFlow,
        objective: {
          ...{ chains: 128, replay: 1024, start: "flow", dataShare: 0, energyPenalty: 1e-4 },
          // Accepted nearly half of the time where 3 × 32 × 32 pixels start; it is followed from there.
          stepSize: 1e-3,
          // Halves of the 32 steps before and after each jump: chains that go on do not know where an iteration ends.
          ...{ rounds: 3, localSteps: 16, jump: "isir", proposals: 128, localStepsAfter: 16 },
        },
        optimizer: { energy: paperRate, flow: paperRate },
        ...{ batch: 128, closing: 0 },
      },
    },
  },
  iteration(model, _batch, o) {
    const { event } = model;
    const { rounds, adapt, dataShare } = o;
    const persistent = persistentChains(model, o, "balanced");
    return {
      groups: ["energy", "flow"],
      noise: {
        ...withPrefix("chain.", stackNoise(flowRoundNoise(frameOf(model, o.chains), o), rounds)),
        ...persistent.noise,
      },
      carry: { ...persistent.carry, logStep: { shape: [], dtype: "float32" } },
      start: (key, data) => ({
        ...persistent.start(key, data),
        logStep: tensor(Float32Array.of(Math.log(o.stepSize)), []),
      }),
      step({ params, carry, batch, noise }) {
        const logStep = carry.logStep!;
        const kernel = roundsOf(model, params, o, logStep);
        const taken = persistent.take({ params, carry, noise });
        const { state, info } = walk(kernel, kernel.init(taken), underPrefix("chain.", noise), rounds);
        const { kept, ...reported } = info;
        const acceptances = averageAcceptances(reported);
        const points = kept ? reshape(kept, [sizeOf(kept.shape) / sizeOf(event), ...event]) : state.x!;
        const negatives = stopGradient(points);
        const { loss, metrics } = contrast(model.energy, params.energy, batch, negatives, o);
        const { localAcceptance } = acceptances;
        const step = adapt ? followed(logStep, localAcceptance, goalOf(o)) : logStep;
        return {
          losses: { energy: loss, flow: flowLoss(model, params.flow, batch, negatives, dataShare) },
          carry: { ...persistent.putBack(carry, state.x!), logStep: step },
          metrics: { ...metrics, ...acceptances, stepSize: exp(logStep) },
          chains: { start: taken, negatives },
        };
      },
    };
  },
});

/** `−(1 − s) mean log q(x⁻) − s mean log q(x⁺)`: forward Kullback–Leibler divergence from the chains. */
function flowLoss(model: Model, params: Expr, data: Expr, negatives: Expr, share: number): Expr {
  const flow = model.flow!;
  if (share === 0) return neg(mean(flow.logProb(negatives, params)));
  const n = data.shape[0]!;
  const both = flow.logProb(concat([data, negatives], 0), params);
  const [onData, onChains] = [mean(slice(both, 0, 0, n)), mean(slice(both, 0, n, both.shape[0]!))];
  return neg(add(mul(share, onData), mul(1 - share, onChains)));
}

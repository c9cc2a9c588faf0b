import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { stopGradient } from "../../ops/leaf.js";
import { concat, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { stackNoise } from "../../random/noise.js";
import { flowMc } from "../../samplers/composites/flow-mc.js";
import { walk } from "../../samplers/parts/walk.js";
import { bestAcceptance } from "../../samplers/roles/local.js";
import type { Kernel } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { tensor } from "../../util/tensor.js";
import { type Model, objective } from "../objective.js";
import { averageAcceptances } from "../parts/acceptances.js";
import { contrast } from "../parts/contrast.js";
import { energyMetrics, flowChainMetrics } from "../parts/metrics.js";
import { startingPoints, startOption } from "../parts/starts.js";

/** Rate at which the step size follows the acceptance while training: the density it samples never stands still. */
const ADAPTATION_RATE = 0.05;

const { local, jump, proposals } = flowMc.options.shape;

const options = z.object({
  chains: z.number().int().min(1).default(256).describe("M, persistent chains"),
  local,
  localSteps: z.number().int().min(1).max(1000).default(10).describe("K, local steps before each jump"),
  rounds: z.number().int().min(1).max(100).default(1).describe("S, rounds of local steps and a jump an iteration"),
  stepSize: z.number().positive().default(0.005).describe("ε, the first local step size"),
  adapt: z
    .boolean()
    .default(true)
    .describe("whether the step size follows the acceptance at which the local kernel moves best; 0.574 for mala"),
  jumps: z.boolean().default(true).describe("whether the flow proposes jumps; off is the control that must fail"),
  jump,
  proposals,
  dataShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("weight of the data beside the chains in the flow's loss: a mode lost by both is lost for good"),
  start: startOption,
});

type Options = z.output<typeof options>;

const chainOptions = ({ local, localSteps, jumps, jump, proposals }: Options) => ({
  local,
  localSteps,
  jumps,
  jump,
  proposals,
});

const kernelOf = (model: Model, params: ExprRecord<"energy" | "flow">, o: Options, logStep: Expr): Kernel =>
  flowMc(targetOf(model, { params: params.energy, flowParams: params.flow }, o.chains), chainOptions(o), {
    stepSize: exp(logStep),
  });

/**
 * Balanced training: energy and flow are trained together. Each iteration moves persistent chains by local steps and a
 * jump the flow proposes; the energy follows `∇[mean E(x⁺) − mean E(x⁻)]`, the flow `−∇ mean log q(x⁻)`. Since jumps
 * cross between modes and the acceptance keeps them exact, the likelihood gradient is right at all times and the
 * weights of the modes come out right. It does not discover modes: start the chains where all of them are.
 */
export const balanced = objective({
  name: "balanced",
  about: "Energy and flow trained together from flow-assisted chains: the mode weights come out right.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  usual: ["real"],
  expected: [
    {
      weights: "right",
      why: "Jumps of the flow carry chains between modes, and their acceptance keeps them exact.",
    },
  ],
  trains: ["energy", "flow"],
  metrics: {
    ...energyMetrics,
    ...flowChainMetrics,
    stepSize: {
      about: "ε, the step size of the local moves, where it adapts.",
      unit: "squared length",
      label: "step size",
      figure: { title: "Step size", log: true },
    },
  },
  needs: ["flow"],
  options,
  iteration(model, _batch, o) {
    const { event } = model;
    const { chains, rounds, adapt, dataShare, start } = o;
    return {
      groups: ["energy", "flow"],
      noise: withPrefix("chain.", stackNoise(flowMc.noise(frameOf(model, chains), chainOptions(o)), rounds)),
      carry: { chains: { shape: [chains, ...event], dtype: "float32" }, logStep: { shape: [], dtype: "float32" } },
      start: (key, data) => ({
        chains: startingPoints(key, start, chains, event, data),
        logStep: tensor(Float32Array.of(Math.log(o.stepSize)), []),
      }),
      step({ params, carry, batch, noise }) {
        const logStep = carry.logStep!;
        const kernel = kernelOf(model, params, o, logStep);
        const { state, info } = walk(kernel, kernel.init(carry.chains!), underPrefix("chain.", noise), rounds);
        const acceptances = averageAcceptances(info);
        const negatives = stopGradient(state.x!);
        const { loss, metrics } = contrast(model.energy, params.energy, batch, negatives);
        const { localAcceptance } = acceptances;
        const step =
          adapt && localAcceptance
            ? add(logStep, mul(ADAPTATION_RATE, sub(localAcceptance, bestAcceptance(o.local))))
            : logStep;
        return {
          losses: { energy: loss, flow: flowLoss(model, params.flow, batch, negatives, dataShare) },
          carry: { chains: state.x!, logStep: step },
          metrics: { ...metrics, ...acceptances, stepSize: exp(logStep) },
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

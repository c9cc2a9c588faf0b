import { z } from "zod";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, neg, sub } from "../../ops/arithmetic.js";
import { scan } from "../../ops/control.js";
import { minimum } from "../../ops/extrema.js";
import { stopGradient } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { mean } from "../../ops/special.js";
import { energyAndGradient } from "../../samplers/parts/metropolis.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { allocate, tensor } from "../../util/tensor.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";
import { paperEnergy, paperFlow } from "../parts/paper-networks.js";

const walkOptions = z.object(localOptions).pick({ localSteps: true, stepSize: true });

/**
 * CoopFlow: the flow draws `x̂ = T(z)`, `k` Langevin steps without acceptance walk each to `x⁻`; the energy follows
 * `∇[mean E(x⁺) − mean E(x⁻)]`, the flow `−∇ mean log q(x⁻)`. As many draws as rows of the batch.
 * What matches the data in the end is the flow and its short walk together. The energy is what that walk needs and no
 * more: the weights of separated modes are in the flow alone, and those of `exp(−E)` come out arbitrary.
 */
export const coopFlow = objective({
  name: "coop-flow",
  about:
    "A flow draws, short Langevin runs refine, and both learn from the refined points; mode weights stay in the flow.",
  cite: "Xie, Zhu, Li & Li (2022), A tale of two flows: cooperative learning of Langevin flow and normalizing flow",
  expected: [
    {
      weights: "wrong",
      why: "The flow holds the weights and short walks keep them: the energy gets no gradient for its own.",
    },
  ],
  presets: {
    paper: {
      about:
        "As Grenioux, Moulines & Gabrié (2023) compared it, at its best: their networks, a flow fitted first and frozen for the first steps, 256 steps without noise.",
      config: {
        energy: paperEnergy,
        flow: paperFlow,
        objective: { localSteps: 256, stepSize: 5e-4, noise: false, frozenSteps: 15 },
        optimizer: {
          energy: { name: "adam", learningRate: 1e-3 },
          flow: { name: "adam", learningRate: 1e-3 },
        },
        pretrain: 1024,
        batch: 256,
      },
    },
  },
  trains: ["energy", "flow"],
  metrics: {
    ...energyMetrics,
    flowNegativeLogLikelihood: {
      about: "Mean negative log-likelihood of the refined points under the flow.",
      unit: "nats",
      label: "refined points",
      role: "flow",
      figure: { title: "Likelihood of the flow", yLabel: "−log q, nats a point", inCoordinates: true },
      progress: { label: "-log q", digits: 3 },
    },
  },
  needs: ["flow"],
  options: z.object({
    ...walkOptions.shape,
    ...contrastOptions,
    noise: z
      .boolean()
      .default(true)
      .describe("whether the walk has noise; without, it goes down the energy: x ← x − ε ∇E(x)")
      .meta(essential),
    frozenSteps: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe(
        "first iterations, in which nothing pulls at the flow: it is as pretrain left it, but for a weight decay",
      ),
  }),
  iteration(model, batch, { noise: noisy, frozenSteps, ...options }) {
    const flow = model.flow!;
    const local = { local: "ula", ...options } as const;
    return {
      groups: ["energy", "flow"],
      noise: {
        ...withPrefix("flow.", flow.noise(batch)),
        ...(noisy ? withPrefix("walk.", walkNoise(model, batch, local)) : {}),
      },
      carry: frozenSteps > 0 ? { done: { shape: [], dtype: "float32" } } : {},
      start: () => (frozenSteps > 0 ? { done: tensor(allocate("float32", 1), []) } : {}),
      step({ params, carry: { done }, batch: x, noise }) {
        const drawn = flow.sample(underPrefix("flow.", noise), params.flow);
        const walked = noisy
          ? walk(model, params.energy, drawn.x, underPrefix("walk.", noise), local).x
          : descend((at) => model.energy(at, params.energy), drawn.x, options);
        const negatives = stopGradient(walked);
        const { loss, metrics } = contrast(model.energy, params.energy, x, negatives, options);
        const flowLoss = neg(mean(flow.logProb(negatives, params.flow)));
        return {
          losses: { energy: loss, flow: done ? where(less(done, frozenSteps), 0, flowLoss) : flowLoss },
          carry: done ? { done: minimum(add(done, 1), frozenSteps) } : {},
          metrics: { ...metrics, flowNegativeLogLikelihood: flowLoss },
          chains: { start: drawn.x, negatives },
        };
      },
    };
  },
});

/** Langevin steps without their noise. */
function descend(energy: EnergyFunction, start: Expr, { localSteps, stepSize }: z.output<typeof walkOptions>): Expr {
  return scan({ init: { x: start }, length: localSteps }, ({ x }) => ({
    state: { x: sub(x, mul(stepSize, energyAndGradient(energy, x).gradient)) },
  })).state.x;
}

import { z } from "zod";
import { neg } from "../../ops/arithmetic.js";
import { stopGradient } from "../../ops/leaf.js";
import { mean } from "../../ops/special.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { objective } from "../objective.js";
import { contrast } from "../parts/contrast.js";
import { energyMetrics } from "../parts/metrics.js";
import { localOptions, walk, walkNoise } from "../parts/negatives.js";

const { localSteps, stepSize } = localOptions;

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
  options: z.object({ localSteps, stepSize }),
  iteration(model, batch, options) {
    const flow = model.flow!;
    const local = { local: "ula", ...options } as const;
    return {
      groups: ["energy", "flow"],
      noise: { ...withPrefix("flow.", flow.noise(batch)), ...withPrefix("walk.", walkNoise(model, batch, local)) },
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const drawn = flow.sample(underPrefix("flow.", noise), params.flow);
        const walked = walk(model, params.energy, drawn.x, underPrefix("walk.", noise), local);
        const negatives = stopGradient(walked.x);
        const { loss, metrics } = contrast(model.energy, params.energy, x, negatives);
        const flowLoss = neg(mean(flow.logProb(negatives, params.flow)));
        return {
          losses: { energy: loss, flow: flowLoss },
          carry: {},
          metrics: { ...metrics, flowNegativeLogLikelihood: flowLoss },
        };
      },
    };
  },
});

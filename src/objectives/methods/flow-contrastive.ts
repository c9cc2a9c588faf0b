import { z } from "zod";
import { mul, neg } from "../../ops/arithmetic.js";
import { less, where } from "../../ops/logic.js";
import { objective } from "../objective.js";
import { classify } from "../parts/classify.js";
import { accuracyMetrics, classificationMetrics, logZMetrics } from "../parts/metrics.js";
import { followLogZ, logZCarry, logZOption, startLogZ } from "../parts/running-log-z.js";

/**
 * Flow contrastive estimation: NCE whose noise is the flow, and the flow is trained to be mistaken for data. Both share one
 * value, `V = mean log σ(G(x⁺)) + mean log σ(−G(y))`, `G = −E − log Z − log q`: the energy rises it, the flow, through its
 * points and its density, lowers it, and with it the Jensen–Shannon divergence from the data when the energy keeps up. At
 * the optimum energy, flow and data are one law, and `−V = 2 log 2`. The flow may drop a mode, which its draws then no
 * longer show to the energy.
 */
export const flowContrastive = objective({
  name: "flow-contrastive",
  about: "Flow contrastive estimation: an energy tells data from a flow, and the flow learns to be mistaken for data.",
  cite: "Gao et al. (2020), Flow contrastive estimation of energy-based models",
  expected: [
    {
      weights: "right",
      why: "The noise is a flow that learns to be mistaken for data, so it covers them.",
    },
  ],
  trains: ["energy", "flow"],
  metrics: { ...classificationMetrics, ...accuracyMetrics, ...logZMetrics },
  needs: ["flow"],
  throughPoints: ["flow"],
  options: z.object({
    switchAt: z
      .number()
      .min(0.5)
      .max(1)
      .nullable()
      .default(null)
      .describe("accuracy up to which the energy moves alone and above which the flow does; null moves both each step"),
    ...logZOption,
  }),
  iteration(model, batch, { switchAt, logZRate }) {
    const flow = model.flow!;
    return {
      groups: ["energy", "flow"],
      noise: flow.noise(batch),
      carry: logZCarry,
      start: startLogZ,
      step({ params, carry, batch: x, noise }) {
        const logZ = carry.logZ!;
        const { loss, logZError, metrics } = classify({
          energy: model.energy,
          params: params.energy,
          data: { x, logProb: flow.logProb(x, params.flow) },
          noise: flow.sample(noise, params.flow),
          logZ,
        });
        // Each group is moved by the derivative by its own parameters, so that one graph serves both sides.
        const flowMoves = switchAt === null ? null : where(less(switchAt, metrics.accuracy), 1, 0);
        const energyMoves = switchAt === null ? null : where(less(switchAt, metrics.accuracy), 0, 1);
        return {
          losses: {
            energy: energyMoves ? mul(energyMoves, loss) : loss,
            flow: neg(flowMoves ? mul(flowMoves, loss) : loss),
          },
          carry: followLogZ(carry, logZError, logZRate),
          metrics: { ...metrics, logZ },
        };
      },
    };
  },
});

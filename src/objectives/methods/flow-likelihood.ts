import { z } from "zod";
import { neg } from "../../ops/arithmetic.js";
import { mean } from "../../ops/special.js";
import { objective } from "../objective.js";
import { likelihoodMetrics } from "../parts/metrics.js";

/** Maximum likelihood of the flow on the data, `−mean log q(x⁺)`: the forward Kullback–Leibler divergence. */
export const flowLikelihood = objective({
  name: "flow-likelihood",
  about: "Fits the flow alone to the data by maximum likelihood; the energy is not trained.",
  cite: "Rezende & Mohamed (2015); Dinh, Sohl-Dickstein & Bengio (2017)",
  trains: ["flow"],
  metrics: likelihoodMetrics,
  needs: ["flow"],
  options: z.object({}),
  iteration: (model) => ({
    groups: ["flow"],
    noise: {},
    carry: {},
    start: () => ({}),
    step({ params, batch }) {
      const loss = neg(mean(model.flow!.logProb(batch, params.flow)));
      return { losses: { flow: loss }, carry: {}, metrics: { negativeLogLikelihood: loss } };
    },
  }),
});

import { z } from "zod";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { classify } from "../parts/classify.js";
import { accuracyMetrics, classificationMetrics, logZMetrics } from "../parts/metrics.js";
import { noiseFacts, noiseLaw, noiseOptions } from "../parts/noise-law.js";
import { followLogZ, logZCarry, logZOption, startLogZ } from "../parts/running-log-z.js";

/**
 * Noise-contrastive estimation: tell data from `ν` times as many points of a known law q by
 * `G = −E − log Z − log q − log ν`, minimising `mean softplus(−G(x⁺)) + ν mean softplus(G(y))`. No chains; at the optimum
 * the model is the law of the data and `log Z` its normaliser, whatever q covers it. A q much wider or narrower than the
 * data is told apart at once and teaches nothing. log Z is no parameter: see running-log-z.ts.
 */
export const nce = objective({
  name: "nce",
  about: "Noise-contrastive estimation: tells data from noise of known density, and learns log Z; no chains.",
  cite: "Gutmann & Hyvärinen (2012), Noise-contrastive estimation of unnormalized statistical models",
  expected: [
    {
      as: "nce, gaussian noise",
      weights: "right",
      why: "A classifier against noise that covers all modes compares them with one another through the noise.",
    },
    {
      as: "nce, flow noise",
      options: { noise: "flow" },
      weights: "right",
      why: "The same with noise that looks like the data: each comparison tells more.",
    },
  ],
  trains: ["energy"],
  metrics: { ...classificationMetrics, ...accuracyMetrics, ...logZMetrics },
  options: z.object({
    ...noiseOptions,
    ratio: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe("ν, noise points for each row of the batch")
      .meta(essential),
    ...logZOption,
  }),
  given: noiseFacts,
  iteration(model, batch, o) {
    const law = noiseLaw(model, o.ratio * batch, o);
    return {
      groups: noiseFacts(o).trains,
      noise: law.noise,
      carry: { ...law.carry, ...logZCarry },
      start: (_, data) => ({ ...law.start(data), ...startLogZ() }),
      step(input) {
        const { params, carry, batch: x } = input;
        const noise = law.at(input);
        const logZ = carry.logZ!;
        const data = { x, logProb: noise.dataLogProb };
        const { loss, logZError, metrics } = classify({
          energy: model.energy,
          params: params.energy,
          data,
          noise,
          logZ,
        });
        return {
          losses: { energy: loss, ...noise.losses },
          carry: { ...carry, ...followLogZ(carry, logZError, o.logZRate) },
          metrics: { ...metrics, logZ },
        };
      },
    };
  },
});

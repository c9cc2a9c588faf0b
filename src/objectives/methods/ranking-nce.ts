import { z } from "zod";
import { add, neg, sub } from "../../ops/arithmetic.js";
import { max } from "../../ops/extrema.js";
import { less, where } from "../../ops/logic.js";
import { concat, slice } from "../../ops/shape.js";
import { logSumExp, mean, softplus } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { accuracyMetrics, logZMetrics } from "../parts/metrics.js";
import { noiseFacts, noiseLaw, noiseOptions } from "../parts/noise-law.js";

/**
 * Ranking NCE: pick each row out of K points of noise by `s = −E − log q`, minimising
 * `−mean log[eˢ⁽ˣ⁾ / (eˢ⁽ˣ⁾ + Σₖ eˢ⁽ʸᵏ⁾)]`. The constant cancels, so there is no log Z to learn; consistent for every K, and
 * the gradient tends to that of the likelihood as K grows. The rows of a batch share their K points: each term is as if
 * they were its own, and K energies serve the batch.
 */
export const rankingNce = objective({
  name: "ranking-nce",
  about: "Ranking noise-contrastive estimation: picks each row out of K points of noise; no constant is needed.",
  cite: "Ma & Collins (2018), Noise contrastive estimation and negative sampling for conditional models",
  expected: [
    {
      weights: "right",
      why: "As with a classifier, but the constant cancels in the ranking.",
    },
  ],
  trains: ["energy"],
  metrics: {
    ranking: {
      about: "Loss of picking the row out of noise; log(K + 1) where noise is the law of the data.",
      unit: "nats",
      label: "ranking loss",
      progress: { label: "loss", digits: 3 },
    },
    ...accuracyMetrics,
    ...logZMetrics,
  },
  options: z.object({
    ...noiseOptions,
    negatives: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(256)
      .describe("K, points of noise, shared by a batch")
      .meta(essential),
  }),
  given: noiseFacts,
  iteration(model, batch, o) {
    const law = noiseLaw(model, o.negatives, o);
    return {
      groups: noiseFacts(o).trains,
      noise: law.noise,
      carry: law.carry,
      start: (_, data) => law.start(data),
      step(input) {
        const { x, logProb, dataLogProb, losses } = law.at(input);
        const both = neg(model.energy(concat([input.batch, x], 0), input.params.energy));
        const onData = sub(slice(both, 0, 0, batch), dataLogProb);
        const onNoise = sub(slice(both, 0, batch, batch + o.negatives), logProb);
        const total = logSumExp(onNoise);
        const ranking = mean(softplus(sub(total, onData)));
        const accuracy = mean(where(less(max(onNoise), onData), 1, 0));
        return {
          losses: { energy: ranking, ...losses },
          carry: input.carry,
          metrics: { ranking, accuracy, logZ: add(total, -Math.log(o.negatives)) },
        };
      },
    };
  },
});

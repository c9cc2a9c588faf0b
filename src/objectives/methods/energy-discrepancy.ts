import { z } from "zod";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { concat, expandDims, reshape, slice } from "../../ops/shape.js";
import { logSumExp, mean, softplus } from "../../ops/special.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";

/**
 * Energy discrepancy: how much an energy loses by heat, `E_p[E(x)] − E_p[E_t(x_t)]`, `E_t = −log ∫ N(x'; ·, t) e^{−E(x')} dx'`,
 * least at the law of the data for every t. It is estimated as
 * `mean log(w/M + 1/M Σⱼ exp(E(x⁺) − E(x⁺ + √t ε + √t εⱼ)))`: noise forth, shared, and M times back. **t is a variance**.
 * w > 0 bounds the loss below where no way back is good. Given the heated point, the row and its ways back differ in
 * density by `p_data` alone: at w = 1 the loss picks the row out of M + 1 points, as ranking NCE does, and its minimum is the
 * law of the data for every M. At another w that holds only as M grows; at w = 0 the value is that of the discrepancy.
 * t → 0 is score matching, blind to the weights of separated modes; t of the order of their squared distance sees them.
 * The variance of the estimate grows exponentially with the dimension.
 */
export const energyDiscrepancy = objective({
  name: "energy-discrepancy",
  about: "Energy discrepancy: the energy at the data against that of noisy returns; no chains and no derivatives in x.",
  cite: "Schröder et al. (2023), Energy discrepancies: a score-independent loss for energy-based models",
  expected: [
    {
      options: { variance: 1 },
      weights: "right",
      why: "The noise is as wide as the modes are apart, so ways back lead from one to the other.",
    },
  ],
  trains: ["energy"],
  metrics: {
    discrepancy: {
      about: "Loss: how the energy at the rows compares with that of noisy returns.",
      unit: "nats",
      label: "energy discrepancy",
      progress: { label: "loss", digits: 3 },
    },
  },
  options: z.object({
    variance: z
      .number()
      .positive()
      .default(1)
      .describe("t, variance of the noise, in the squared units the model is trained in")
      .meta(essential),
    negatives: z.number().int().min(1).max(10_000).default(16).describe("M, ways back for each row").meta(essential),
    stabilisation: z.number().min(0).default(1).describe("w, what one more way back of equal energy would add"),
  }),
  iteration(model, batch, { variance, negatives: m, stabilisation: w }) {
    const { event } = model;
    const deviation = Math.sqrt(variance);
    return {
      groups: ["energy"],
      noise: {
        forth: { law: "normal", shape: [batch, ...event] },
        back: { law: "normal", shape: [batch, m, ...event] },
      },
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const heated = expandDims(add(x, mul(deviation, noise.forth!)), 1);
        const returned = reshape(add(heated, mul(deviation, noise.back!)), [batch * m, ...event]);
        const both = model.energy(concat([x, returned], 0), params.energy);
        const onData = reshape(slice(both, 0, 0, batch), [batch, 1]);
        const total = logSumExp(sub(onData, reshape(slice(both, 0, batch, batch * (1 + m)), [batch, m])), 1);
        // log(w + eˡ), which neither overflows nor cancels.
        const bounded = w > 0 ? add(Math.log(w), softplus(sub(total, Math.log(w)))) : total;
        const discrepancy = sub(mean(bounded), Math.log(m));
        return { losses: { energy: discrepancy }, carry: {}, metrics: { discrepancy } };
      },
    };
  },
});

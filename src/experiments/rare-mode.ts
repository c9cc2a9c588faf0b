/**
 * A mode of one per cent. Chains and minibatches hold two or three points of it at a time; what follows them has a
 * log-weight that swings by nats, whose average is too low although the weight is right on average. Steps by many weighted
 * draws close the training and take that noise away.
 */

import { claimsBy, mostRuns } from "./planar/claims.js";
import { zoneMeasures } from "./planar/measures.js";
import { balanced, each } from "./planar/methods.js";
import { planar } from "./planar/planar.js";

/** The mode at the top right, and its weight. */
const [RARE, TRUTH] = [1, 0.01];

/** The rare mode. */
export const rareMode = planar({
  name: "rare-mode",
  title: "A mode of one per cent",
  about: "Two modes 99:1: the rare one gets its weight, by steps that close the training with many weighted draws.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  intro:
    "Energy-based models of two Gaussians with weights 99:1, from 7,000 training rows, about seventy of which are of the rare mode: its share in the rows is itself off by a tenth. Without the steps that close a training the model makes it lighter than the rows do, and the more so the noisier its gradient: the gradient is right on average, so that the mean of the weight over the training is that of the rows, but parameters are averaged, and the weight of an average is the exponential of a mean logarithm, `exp(E log w) < E w`.",
  seeds: { quick: 1, full: 10 },
  data: { dataset: "two-modes", options: { weights: [99, 1] }, points: 10_000, validation: 0.1, test: 0.2 },
  zones: ["bottom left", "top right"],
  methods: {
    ...each({ balanced: balanced.balanced }, { steps: { quick: 1500, full: 1500 } }),
    "balanced-without-closing": {
      title: "balanced, without closing steps",
      role: "failure",
      config: { closing: 0 },
      steps: { full: 1500 },
    },
  },
  line: { from: [-2.3, -2.3], to: [2.3, 2.3], title: "along the axis through the centroids" },
  trace: {
    title: "Weight of the rare mode",
    label: "weight",
    of: (weights) => weights[RARE]!,
    truth: TRUTH,
    truthName: "truth 0.01",
  },
  measures: [
    ...zoneMeasures(RARE),
    {
      name: "model over data",
      about: "Its weight under the model over its share in the training rows.",
      of: ({ weights }) => weights.model[RARE]! / weights.data[RARE]!,
    },
  ],
  claims: claimsBy([
    mostRuns({
      method: "balanced",
      name: "balanced gets the weight of the rare mode right",
      says: (bound) => `|w − 0.01| ≤ ${bound}`,
      holds: ({ learnt }, bound) => Math.abs(learnt.weights.model[RARE]! - TRUTH) <= bound,
      limit: { quick: 0.003, full: 0.003 },
    }),
    mostRuns({
      method: "balanced",
      name: "balanced gives it the weight that its rows have",
      says: (bound) => `|w/ŵ − 1| ≤ ${bound}, ŵ its share in the rows`,
      holds: ({ learnt: { weights } }, bound) => Math.abs(weights.model[RARE]! / weights.data[RARE]! - 1) <= bound,
      limit: { quick: 0.1, full: 0.1 },
    }),
    mostRuns({
      method: "balanced-without-closing",
      name: "balanced-without-closing makes it too light",
      says: (bound) => `w/ŵ < ${bound}`,
      holds: ({ learnt: { weights } }, bound) => weights.model[RARE]! / weights.data[RARE]! < bound,
      limit: { full: 0.9 },
      control: true,
    }),
  ]),
});

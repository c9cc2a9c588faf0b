import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

/** Four normal clouds on a horizontal line, at `x = −3, −1, 1, 3`: `Σ_k w_k N((2k − 3, 0), σ² I)`, `k = 0…3`. */
export const fourInARow = dataset({
  name: "four-in-a-row",
  about: "Four normal clouds in a row, each heavier than the one to its left; vertical strips separate them.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figures 3 to 5 and table 3",
  modeWeights: { option: "weights" },
  options: z.object({
    variance: z
      .number()
      .positive()
      .default(0.05)
      .describe("σ², the variance of each coordinate around its mode")
      .meta(essential),
    weights: z
      .array(z.number().positive())
      .length(4)
      .default([0.1, 0.2, 0.3, 0.4])
      .describe("relative weights, from left to right"),
  }),
  build: ({ variance, weights }) =>
    normalMixture(
      "dataset four-in-a-row",
      weights.map((weight, k) => ({ weight, mean: [2 * k - 3, 0], covariance: variance })),
    ),
});

import { z } from "zod";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

/** Two far normal clouds of unequal weight: `w₁ N(−a·1, σ² I) + w₂ N(a·1, σ² I)`. */
export const twoModes = dataset({
  name: "two-modes",
  about:
    "Two normal clouds at -a and +a in every coordinate, the first twice as heavy: a local sampler cannot find their weights.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  options: z.object({
    dimension: z.number().int().positive().default(2).describe("d, the number of coordinates"),
    offset: z.number().positive().default(1).describe("a, the distance of the modes from 0 in each coordinate"),
    variance: z.number().positive().default(0.05).describe("σ², the variance of each coordinate around its mode"),
    weights: z
      .tuple([z.number().positive(), z.number().positive()])
      .default([2, 1])
      .describe("relative weights of the modes at -a and +a"),
  }),
  build({ dimension, offset, variance, weights }) {
    const mean = (sign: number): number[] => new Array<number>(dimension).fill(sign * offset);
    return normalMixture("dataset two-modes", [
      { weight: weights[0], mean: mean(-1), covariance: variance },
      { weight: weights[1], mean: mean(1), covariance: variance },
    ]);
  },
});

import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

const presets = {
  unit: { offset: 1, variance: 0.05, weights: [2, 1] },
  paper: { offset: 1.5, variance: [0.05, 0.1], weights: [1, 2] },
} as const;

const positive = z.number().positive();

/**
 * Two far normal clouds of unequal weight: `w₁ N(−a·1, σ₁² I) + w₂ N(a·1, σ₂² I)`.
 * `paper` is the target of figure 1 of the source: there the heavier cloud is the one at +a, and the wider one.
 */
export const twoModes = dataset({
  name: "two-modes",
  about:
    "Two normal clouds at -a and +a in every coordinate, one twice as heavy: a local sampler cannot find their weights.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 1",
  modeWeights: { option: "weights" },
  options: z.object({
    preset: z
      .enum(["unit", "paper"])
      .default("unit")
      .describe("unit: a 1, variance 0.05, weights 2:1; paper: a 1.5, variances 0.05 and 0.1, weights 1:2")
      .meta(essential),
    dimension: z.number().int().positive().default(2).describe("d, the number of coordinates"),
    offset: positive
      .optional()
      .describe("a, the distance of the modes from 0 in each coordinate, instead of the preset's"),
    variance: z
      .union([positive, z.tuple([positive, positive])], "expected a positive number, or two: one for each mode")
      .optional()
      .describe("σ², the variance of each coordinate around its mode, of both or one for each, instead of the preset's")
      .meta(essential),
    weights: z
      .tuple([positive, positive])
      .optional()
      .describe("relative weights of the modes at -a and +a, instead of the preset's"),
  }),
  build({
    preset,
    dimension,
    offset = presets[preset].offset,
    variance = presets[preset].variance,
    weights = presets[preset].weights,
  }) {
    return normalMixture(
      "dataset two-modes",
      [-1, 1].map((sign, k) => ({
        weight: weights[k]!,
        mean: new Array<number>(dimension).fill(sign * offset),
        covariance: typeof variance === "number" ? variance : variance[k]!,
      })),
    );
  },
});

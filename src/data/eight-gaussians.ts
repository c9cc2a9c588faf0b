import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

const presets = {
  slips: { radius: 10, variance: 0.7 },
  fce: { radius: 2 * Math.SQRT2, variance: 1 / 8 },
  paper: { radius: 1, variance: 0.15 ** 2 },
} as const;

const named = {
  equal: new Array<number>(8).fill(1),
  linear: [1, 2, 3, 4, 5, 6, 7, 8],
} as const;

/** Eight normal clouds on a circle, the k-th at angle `2πk/8`: `Σ_k w_k N(R (cos 2πk/8, sin 2πk/8), σ² I)`. */
export const eightGaussians = dataset({
  name: "eight-gaussians",
  about: "Eight normal clouds on a circle, with equal, linearly growing or given weights.",
  cite: "Grenioux, Noble, Gabrié & Durmus (2024), Stochastic localization via iterative posterior sampling; Gao et al. (2020), Flow contrastive estimation of energy-based models; Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 2 and table 1 (preset paper)",
  modeWeights: { option: "weights" },
  options: z.object({
    preset: z
      .enum(["slips", "fce", "paper"])
      .default("slips")
      .describe(
        "slips: radius 10, variance 0.7; fce: radius 2√2, variance 1/8; paper: radius 1, standard deviation 0.15",
      )
      .meta(essential),
    weights: z
      .union([z.enum(["equal", "linear"]), z.array(z.number().positive()).length(8)])
      .default("equal")
      .describe("relative weights: equal, linear (1 to 8), or eight numbers"),
    radius: z.number().positive().optional().describe("radius of the circle, instead of the preset's").meta(essential),
    variance: z
      .number()
      .positive()
      .optional()
      .describe("variance of each coordinate, instead of the preset's")
      .meta(essential),
  }),
  build({ preset, weights, radius = presets[preset].radius, variance = presets[preset].variance }) {
    const relative = typeof weights === "string" ? named[weights] : weights;
    return normalMixture(
      "dataset eight-gaussians",
      relative.map((weight, k) => ({
        weight,
        mean: [radius * Math.cos((Math.PI * k) / 4), radius * Math.sin((Math.PI * k) / 4)],
        covariance: variance,
      })),
    );
  },
});

import { z } from "zod";
import { essential } from "../util/options.js";
import { dataset } from "./dataset.js";
import { normalMixture } from "./normal-mixture.js";

/** a in d coordinates. */
const presets = {
  paper: () => 0.5919,
  apart: (d: number) => 6.36 / Math.sqrt(d / 2),
} as const;

/**
 * Four normal clouds of unit covariance at the corners of a square in d coordinates:
 * `±a(1, …, 1)` and `±a(−1, …, −1, 1, …, 1)`, the second with half of its signs turned.
 *
 * Neighbours are `2a√(d/2)` apart, so a draw of one is nearer to a given neighbour with probability `Φ(−a√(d/2))`. For
 * `paper`, the constant as printed, that is 0.047 in 16 coordinates, 0.009 in 32 and 4e−4 in 64, though the source says
 * at most 1e−10 in any number of them; `apart` is that: `a√(d/2) = 6.36` whatever d.
 */
export const fourCorners = dataset({
  name: "four-corners",
  about: "Four normal clouds of unit covariance at the corners of a square, in any even number of coordinates.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, tables 2, 6 and 7 and figure 6",
  modeWeights: { option: "weights" },
  options: z.object({
    preset: z
      .enum(["paper", "apart"])
      .default("paper")
      .describe(
        "paper: a 0.5919, so that clouds overlap less the more coordinates there are; apart: a√(d/2) 6.36, where one draw in 1e10 is nearer to another cloud",
      )
      .meta(essential),
    dimension: z
      .number()
      .int()
      .positive()
      .multipleOf(2, "expected an even number")
      .default(2)
      .describe("d, the number of coordinates, an even number"),
    offset: z
      .number()
      .positive()
      .optional()
      .describe("a, the distance of the clouds from 0 in each coordinate, instead of the preset's"),
    weights: z
      .array(z.number().positive())
      .length(4)
      .default([1, 1, 1, 1])
      .describe("relative weights of the clouds at a(1, …, 1), −a(1, …, 1), a(−1, …, −1, 1, …, 1) and its opposite"),
  }),
  build({ preset, dimension, offset = presets[preset](dimension), weights }) {
    const first = [offset, -offset, -offset, offset];
    const second = [offset, -offset, offset, -offset];
    const half = new Array<number>(dimension / 2);
    return normalMixture(
      "dataset four-corners",
      weights.map((weight, k) => ({
        weight,
        mean: [...half.fill(first[k]!), ...half.fill(second[k]!)],
        covariance: 1,
      })),
    );
  },
});

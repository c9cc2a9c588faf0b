import { z } from "zod";
import { activationOption } from "../activation.js";
import { imageNetwork } from "./image-network.js";
import { pooledStages } from "./pooled-stages.js";

/** Three stages of two blocks, the later ones of twice the channels, with leaky rectifiers and weights of spectral norm 1. */
export const duMordatch = imageNetwork({
  name: "du-mordatch",
  about: "The shape of the network of Du & Mordatch for CIFAR-10: three stages of two residual blocks, spectral norm.",
  cite: "Du & Mordatch (2019), Implicit generation and modeling with energy-based models",
  options: z.object({
    channels: z
      .number()
      .int()
      .positive()
      .default(128)
      .describe("channels of the first stage; the others have twice as many"),
    last: z
      .number()
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("channels of the last stage, where these are others than twice those of the first"),
    activation: activationOption.default("leaky-relu").describe("activation between layers"),
    spectralNorm: z
      .boolean()
      .default(true)
      .describe("divide the weights of each convolution by their largest singular value"),
  }),
  build: ({ channels, last, activation, spectralNorm }, task) =>
    pooledStages(
      "du-mordatch",
      { widths: [channels, 2 * channels, last ?? 2 * channels], blocks: 2, activation, spectralNorm },
      task,
    ),
});

import { z } from "zod";
import { activationOption } from "../activation.js";
import { imageNetwork } from "./image-network.js";
import { pooledStages } from "./pooled-stages.js";

/** A residual network of convolutions, smooth unless told otherwise, since samplers follow its gradient. */
export const residual = imageNetwork({
  name: "residual",
  about: "Residual blocks of 3×3 convolutions in stages, each at half the size of the one before it.",
  cite: "He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition",
  options: z.object({
    widths: z
      .array(z.number().int().positive())
      .min(1)
      .default([32, 64, 64])
      .describe("channels of each stage; the image is halved between two"),
    blocks: z.number().int().min(1).default(1).describe("residual blocks a stage"),
    activation: activationOption,
    spectralNorm: z
      .boolean()
      .default(false)
      .describe("divide the weights of each convolution by their largest singular value (Miyato et al. 2018)"),
  }),
  build: (options, task) => pooledStages("residual", options, task),
});

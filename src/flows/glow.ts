import { z } from "zod";
import { flow } from "./declare-flow.js";
import { actnorm } from "./image/actnorm.js";
import { convCoupling } from "./image/conv-coupling.js";
import { invertibleConv } from "./image/invertible-conv.js";
import { channelMask } from "./image/mask.js";
import { squeeze, squeezed } from "./image/squeeze.js";
import { multiscaleFlow, multiscaleOptions } from "./multiscale.js";

/**
 * Glow. Towards the base, a level makes blocks of 2×2 pixels channels, and then several times normalises channels, mixes
 * them by an invertible 1×1 convolution and moves half of them by an affine coupling. It starts as a rotation of the
 * channels of each pixel, under which a standard normal base is the same.
 */
export const glow = flow({
  name: "glow",
  about: "Glow, of images: channels mixed by learned 1×1 convolutions between affine couplings, at several scales.",
  cite: "Kingma & Dhariwal (2018), Glow: generative flow with invertible 1×1 convolutions",
  eventKind: "image",
  contextless: true,
  options: z.object(multiscaleOptions),
  parts: (options, image) =>
    multiscaleFlow("glow", options, image, (fine) => {
      const coarse = squeezed(fine);
      return {
        image: coarse,
        bijectors: [
          squeeze(fine),
          ...Array.from({ length: options.couplings }, () => [
            actnorm(coarse),
            invertibleConv(coarse),
            convCoupling({ ...options, image: coarse, mask: channelMask(coarse, "second") }),
          ]).flat(),
        ],
      };
    }),
});

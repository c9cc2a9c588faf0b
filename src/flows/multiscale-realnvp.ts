import { z } from "zod";
import { essential } from "../util/options.js";
import { timesHalved } from "../util/tensor.js";
import { flow } from "./declare-flow.js";
import { actnorm } from "./image/actnorm.js";
import { convCoupling } from "./image/conv-coupling.js";
import { channelMask, checkerboardMask } from "./image/mask.js";
import { squeeze, squeezed } from "./image/squeeze.js";
import { multiscaleFlow, multiscaleOptions } from "./multiscale.js";

/**
 * RealNVP of images. Towards the base, a level is: affine couplings between the fields of a checkerboard, blocks of 2×2
 * pixels as channels, affine couplings between halves of the channels. Channels are normalised before either kind. The
 * last coupling of a level moves what is then factored out. Images of odd sizes have checkerboards alone.
 */
export const multiscaleRealnvp = flow({
  name: "multiscale-realnvp",
  about: "RealNVP of images: affine couplings by checkerboards and by channels, at several scales.",
  cite: "Dinh, Sohl-Dickstein & Bengio (2017), Density estimation using Real NVP",
  eventKind: "image",
  contextless: true,
  usual: { images: (image) => ({ levels: timesHalved(image, 2), channels: 16, blocks: 1 }) },
  options: z.object({
    ...multiscaleOptions,
    levels: z
      .number()
      .int()
      .min(0)
      .max(8)
      .default(2)
      .describe(
        "levels: each halves height and width, and all but the last factor out half of their channels; 0: one that halves nothing, and has checkerboards alone",
      )
      .meta(essential),
    couplings: multiscaleOptions.couplings
      .unwrap()
      .min(2)
      .default(4)
      .describe("affine couplings a level, the first half of them by checkerboards, the others by channels"),
  }),
  parts: (options, image) =>
    multiscaleFlow("multiscale-realnvp", options, image, (fine, halves) => {
      const checkerboards = halves ? Math.ceil(options.couplings / 2) : options.couplings;
      const byCheckerboards = [
        actnorm(fine),
        ...Array.from({ length: checkerboards }, (_, i) =>
          convCoupling({ ...options, image: fine, mask: checkerboardMask(fine, i % 2 === 0 ? 0 : 1) }),
        ),
      ];
      if (!halves) return { image: fine, bijectors: byCheckerboards };
      const coarse = squeezed(fine);
      const byChannels = options.couplings - checkerboards;
      return {
        image: coarse,
        bijectors: [
          ...byCheckerboards,
          squeeze(fine),
          actnorm(coarse),
          ...Array.from({ length: byChannels }, (_, i) =>
            convCoupling({
              ...options,
              image: coarse,
              mask: channelMask(coarse, (byChannels - i) % 2 === 1 ? "second" : "first"),
            }),
          ),
        ],
      };
    }),
});

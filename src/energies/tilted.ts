import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { residual } from "../nn/image-networks/residual.js";
import { freeze, joinLayouts, packVectors } from "../nn/layout.js";
import { add } from "../ops/arithmetic.js";
import { stopGradient } from "../ops/leaf.js";
import { expandDims, slice } from "../ops/shape.js";
import { fold } from "../random/key.js";
import { essential } from "../util/options.js";
import { type ImageShape, timesHalved } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { logitNormalEnergy } from "./logit-normal.js";
import { imageNetworkOption, networkOptions } from "./network.js";
import { neuralEnergy } from "./neural.js";

/**
 * `p(x) ∝ base(x) exp(−E(x))`: the sum of two energies, of which the base's parameters are given, not learned. The
 * base bounds the tails, so the density is integrable whenever E is bounded below by less than the base grows. Classes
 * that the tilting energy knows are classes of the sum: `E(x, y) = base(x) + E_tilt(x, y)`.
 */
export function tilt(base: Energy, tilting: Energy): Energy {
  const split = base.layout.size;
  const { classes } = tilting;
  const under = (x: Expr, params: Expr): Expr =>
    base(x, split === 0 ? undefined : stopGradient(slice(params, 0, 0, split)));
  const learned = (params: Expr): Expr => slice(params, 0, split, split + tilting.layout.size);
  return makeEnergy({
    event: base.event,
    layout: joinLayouts({ base: freeze(base.layout), tilt: tilting.layout }),
    init: (key, data) => packVectors([base.init(fold(key, "base"), data), tilting.init(fold(key, "tilt"), data)]),
    energy: (x, params) => add(under(x, params), tilting(x, learned(params))),
    tilting: { base, baseParams: [0, split], energy: (x, params) => tilting(x, learned(params)) },
    ...(classes
      ? {
          classes: {
            count: classes.count,
            energies: (x, params) => add(expandDims(under(x, params), 1), classes.energies(x, learned(params))),
          },
        }
      : {}),
  });
}

/** Channels of stages that halve an image once or twice, where its height and width can be. */
const stageWidths = (image: ImageShape): number[] => [16, 32, 32].slice(0, timesHalved(image, 2) + 1);

/** A network that tilts a base density; its last layer starts at zero, so the model starts as its base. */
export const tilted = energy({
  name: "tilted",
  about: "A base density reweighted by a network: p(x) ∝ base(x) exp(−E(x)); starts as the base.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  usual: {
    ...{ real: {}, table: { base: "flow" } },
    images: (image) => ({ base: "flow", network: { name: residual.name, widths: stageWidths(image) } }),
  },
  given: ({ base }) => ({ needs: base === "flow" ? ["base"] : [] }),
  options: z.object({
    ...networkOptions,
    ...imageNetworkOption,
    base: z
      .enum(["gaussian", "logit-normal", "flow"])
      .default("gaussian")
      .describe(
        "gaussian: standard normal, in the coordinates of the model; logit-normal: of pixels whose logits are that, what a flow of images with the same logit starts from; flow: the flow, as it is fitted to the data before the first step, and frozen",
      )
      .meta(essential),
    scale: z
      .number()
      .positive()
      .default(1)
      .describe("standard deviation of the gaussian base, or of the logits of the logit-normal one"),
    logit: z.number().positive().lt(0.5).default(0.05).describe("α of a logit-normal base, as of flows of images"),
    range: z
      .tuple([z.number(), z.number()])
      .refine(([low, high]) => low < high, "expected the least value before the largest")
      .default([-1, 1])
      .describe("least and largest value of a pixel, of a logit-normal base"),
  }),
  build({ base, scale, logit: alpha, range, ...network }, { event, image, base: fitted }) {
    const bases = {
      gaussian: () => gaussianEnergy(event, 0, scale),
      "logit-normal": () => logitNormalEnergy(event, { alpha, range }, scale),
      flow: () => fitted!,
    };
    return tilt(bases[base](), neuralEnergy(event, network, { zeroLast: true, ...(image ? { image } : {}) }));
  },
});

/** What flows of images share: levels that halve height and width, a base, and pixels brought to all numbers. */

import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { InputError } from "../util/errors.js";
import { essential } from "../util/options.js";
import { sizeOf, timesHalved } from "../util/tensor.js";
import type { Bijector } from "./bijector.js";
import { chain } from "./chain.js";
import type { FlowParts } from "./conditional-flow.js";
import type { Image } from "./event-kind.js";
import { gaussianBase } from "./gaussian-base.js";
import { logit } from "./image/logit.js";
import { kept, split } from "./image/split.js";
import { mixtureBase } from "./mixture-base.js";

export const multiscaleOptions = {
  levels: z
    .number()
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe("levels: each halves height and width, and all but the last factor out half of their channels")
    .meta(essential),
  couplings: z.number().int().min(1).max(64).default(4).describe("affine couplings a level"),
  channels: z.number().int().min(1).max(1024).default(32).describe("channels of each network"),
  blocks: z.number().int().min(0).max(32).default(2).describe("residual blocks of each network, of two convolutions"),
  activation: activationOption,
  logit: z
    .number()
    .positive()
    .lt(0.5)
    .nullable()
    .default(null)
    .describe(
      "α of pixels in the range: the flow is of logit(α + (1 − 2α) x) of their place x in it, 0 to 1, and its density of the pixels; null: pixels are any numbers",
    ),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, "expected the least value before the largest")
    .default([-1, 1])
    .describe("least and largest value of a pixel, where logit is set; those of files of images are -1 and 1"),
  start: z
    .enum(["data", "identity"])
    .default("data")
    .describe(
      "what it starts as: data: channels are normalised as those of the data are; identity: it changes nothing that a standard normal base would tell, so that it is its base, through the logit if there is one",
    )
    .meta(essential),
  base: z
    .enum(["gaussian", "mixture"])
    .default("gaussian")
    .describe(
      "base density; mixture: with learned weights, which separated modes need, from the clusters of the data on",
    )
    .meta(essential),
  components: z.number().int().min(1).max(256).default(10).describe("components of a mixture").meta(essential),
};

export type MultiscaleOptions = z.output<z.ZodObject<typeof multiscaleOptions>>;

/** The bijectors of one level from the data towards the base, and the shape of an image after them. */
export interface Level {
  readonly bijectors: readonly Bijector[];
  readonly image: Image;
}

const times = (n: number): string => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);

/** @throws InputError when height or width cannot be halved so often. */
function expectLevels(name: string, levels: number, image: Image): void {
  const [, height, width] = image;
  const most = timesHalved(image);
  if (levels <= most) return;
  const way =
    most > 0 ? `set levels to at most ${most}` : "pad them to even sizes, or set levels to 0 where a flow takes that";
  const why = most > 0 ? `which leaves whole pixels ${times(most)}` : "which leaves no whole pixels";
  throw new InputError(
    `flow ${name}: ${levels} levels halve images of ${height}×${width} ${times(levels)}, ${why}; ${way}`,
  );
}

/**
 * A multi-scale flow (Dinh, Sohl-Dickstein & Bengio 2017): after each level but the last half of the channels is factored
 * out, and the next level is of the other half. With no levels there is one whose image is not halved.
 * @throws InputError when an image has no so many levels.
 */
export function multiscaleFlow(
  name: string,
  options: MultiscaleOptions,
  image: Image,
  level: (image: Image, halves: boolean) => Level,
): FlowParts {
  expectLevels(name, options.levels, image);
  const from = (at: Image, levels: number): Bijector => {
    const { bijectors, image: after } = level(at, levels > 0);
    const rest = levels > 1 ? [split(after, from(kept(after), levels - 1))] : [];
    return chain([...rest, ...bijectors.toReversed()]);
  };
  const d = sizeOf(image);
  const scales = from(image, options.levels);
  return {
    base: options.base === "mixture" ? mixtureBase(d, options.components, "clusters") : gaussianBase(d),
    bijectors: [
      options.start === "data" ? scales : { ...scales, init: (key) => scales.init(key) },
      ...(options.logit === null ? [] : [logit({ alpha: options.logit, range: options.range })]),
    ],
  };
}

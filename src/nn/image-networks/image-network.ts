/** The contract of networks that read images and give numbers: what an energy of images is made of. */

import type { z } from "zod";
import { InputError } from "../../util/errors.js";
import { callable, type Declaration, parseOptions } from "../../util/options.js";
import type { ImageShape } from "../../util/tensor.js";
import type { Module } from "../module.js";

/** What is asked of a network, whatever it is made of. */
export interface ImageNetworkTask {
  readonly image: ImageShape;
  /** Numbers an image. */
  readonly outputs: number;
  /** Start the last layer at zero, so that the network starts as the zero function. */
  readonly zeroLast?: boolean;
  /** Whether the last layer has a bias. An energy needs none. True unless said. */
  readonly lastBias?: boolean;
}

export interface ImageNetwork<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options> {
  /** Images `(n, channels, height, width)` to `(n, outputs)`. @throws InputError naming the option that is wrong. */
  (options: z.input<Options>, task: ImageNetworkTask): Module;
}

/** Declare a network of images. */
export function imageNetwork<Options extends z.ZodObject>(
  declaration: Declaration<Options> & { build(options: z.output<Options>, task: ImageNetworkTask): Module },
): ImageNetwork<Options> {
  const { build, ...facts } = declaration;
  const what = `network ${facts.name}`;
  return callable((options: z.input<Options>, task: ImageNetworkTask) => {
    if (task.image.length !== 3 || task.image.some((n) => !(Number.isSafeInteger(n) && n > 0)))
      throw new InputError(`${what}: an image of shape (${task.image.join(", ")}); expected (channels, height, width)`);
    return build(parseOptions(what, facts.options, options), task);
  }, facts);
}

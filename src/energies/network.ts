/** The network of an energy: fully connected layers over the numbers of a point, or one that reads an image. */

import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import type { ImageNetwork, ImageNetworkTask } from "../nn/image-networks/image-network.js";
import * as members from "../nn/image-networks/members.js";
import { mlp } from "../nn/mlp.js";
import type { Module } from "../nn/module.js";
import { reshape } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { essential, findMember, parseOptions } from "../util/options.js";
import { sizeOf } from "../util/tensor.js";
import type { EnergyContext } from "./energy.js";

const networks = Object.values(members) as readonly unknown[] as readonly ImageNetwork[];

/** A network of images with every option resolved. @throws InputError naming the option that is wrong. */
function resolveNetwork({ name, ...options }: { readonly name: string }): { readonly name: string } {
  return { name, ...parseOptions(`network ${name}`, findMember("network", networks, name).options, options) };
}

/** Options of fully connected layers, shared by every energy that has some. */
export const networkOptions = {
  hidden: z
    .array(z.number().int().positive())
    .min(1)
    .default([128, 128, 128])
    .describe("sizes of the hidden layers")
    .meta(essential),
  activation: activationOption,
  residual: z.boolean().default(false).describe("add the input of each hidden layer to its output"),
};

/** The option of energies whose points may be images. */
export const imageNetworkOption = {
  network: z
    .looseObject({ name: z.string() })
    .transform((given, context) => {
      try {
        return resolveNetwork(given);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        context.addIssue({ code: "custom", message: error.message });
        return z.NEVER;
      }
    })
    .nullable()
    .default(null)
    .describe(
      "a network that reads images, by name with its options, in place of the fully connected layers; ebbflow list networks",
    ),
};

export interface NetworkOptions extends z.output<z.ZodObject<typeof networkOptions>> {
  readonly network?: { readonly name: string } | null;
}

/**
 * Points `(n, d)` or images to `(n, outputs)`.
 * @throws InputError for a network of images where points are none.
 */
export function pointNetwork(
  { hidden, activation, residual, network }: NetworkOptions,
  { event, image }: Pick<EnergyContext, "event" | "image">,
  task: Omit<ImageNetworkTask, "image">,
): Module {
  const d = sizeOf(event);
  const { outputs, ...last } = task;
  const shape = image ?? (event.length === 3 ? (event as readonly [number, number, number]) : undefined);
  if (network && !shape)
    throw new InputError(
      `network ${network.name}: reads images, and points have ${d} numbers; say the shape of the image, as data.image [channels, height, width]`,
    );
  const { name, ...options } = network ?? { name: "" };
  const net = network
    ? findMember("network", networks, name)(options as never, { image: shape!, ...task })
    : mlp({ widths: [d, ...hidden, outputs], activation, residual, ...last });
  const inside = network ? shape! : [d];
  return { ...net, apply: (params, x) => net.apply(params, reshape(x, [x.shape[0]!, ...inside])) };
}

/** What autoregressive flows share: affine layers in alternating order on a chosen base. */

import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { essential } from "../util/options.js";
import { affineTransform } from "./affine-transform.js";
import { type AutoregressiveOptions, autoregressive } from "./autoregressive.js";
import { baseOptions, chooseBase } from "./choose-base.js";
import type { FlowParts } from "./conditional-flow.js";

export const autoregressiveOptions = {
  layers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(5)
    .describe("layers, alternating the order of the coordinates")
    .meta(essential),
  hidden: z
    .array(z.number().int().positive())
    .default([64, 64])
    .describe("hidden sizes of each masked network")
    .meta(essential),
  activation: activationOption,
  scaleBound: z.number().positive().default(2).describe("c: a layer stretches by at most eᶜ"),
  ...baseOptions,
};

export type AutoregressiveFlowOptions = z.output<z.ZodObject<typeof autoregressiveOptions>>;

/** Layers whose order is that of the coordinates and the reverse in turn. */
export function autoregressiveFlow(
  options: AutoregressiveFlowOptions,
  d: number,
  context: number,
  parallel: AutoregressiveOptions["parallel"],
): FlowParts {
  const { layers, hidden, activation, scaleBound } = options;
  return {
    base: chooseBase(d, options),
    bijectors: Array.from({ length: layers }, (_, i) =>
      autoregressive({ d, context, parallel, reversed: i % 2 === 1, hidden, activation }, affineTransform(scaleBound)),
    ),
  };
}

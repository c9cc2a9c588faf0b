/** What every coupling flow shares: alternating layers on a chosen base. */

import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { essential } from "../util/options.js";
import { baseOptions, chooseBase } from "./choose-base.js";
import type { FlowParts } from "./conditional-flow.js";
import { coupling, type ScalarTransform } from "./coupling.js";

export const couplingOptions = {
  layers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe("coupling layers, alternating between the two halves")
    .meta(essential),
  hidden: z
    .array(z.number().int().positive())
    .default([64, 64])
    .describe("hidden sizes of each conditioner")
    .meta(essential),
  activation: activationOption,
  ...baseOptions,
};

export type CouplingFlowOptions = z.output<z.ZodObject<typeof couplingOptions>>;

/** Coupling layers that transform the second and the first half in turn. */
export function couplingFlow(
  options: CouplingFlowOptions,
  d: number,
  context: number,
  transform: ScalarTransform,
): FlowParts {
  const { layers, hidden, activation } = options;
  return {
    base: chooseBase(d, options),
    bijectors: Array.from({ length: layers }, (_, i) =>
      coupling({ d, context, transformed: i % 2 === 0 ? "second" : "first", hidden, activation }, transform),
    ),
  };
}

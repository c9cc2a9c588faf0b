import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { essential } from "../util/options.js";
import { baseOptions, chooseBase, startsAsBase } from "./choose-base.js";
import { flow } from "./declare-flow.js";
import { planarMap } from "./planar-map.js";

/** Planar layers `x = z + û tanh(wᵀz + b)`; each bends space along one direction. */
export const planar = flow({
  name: "planar",
  about: "Planar: one tanh ridge a layer, few parameters; the inverse solves one scalar equation a layer.",
  cite: "Rezende & Mohamed (2015), Variational inference with normalizing flows",
  eventKind: "vector",
  options: z.object({
    layers: z.number().int().min(1).max(128).default(16).describe("planar layers").meta(essential),
    hidden: z
      .array(z.number().int().positive())
      .default([64])
      .describe("hidden sizes of the network that reads a context, where there is one")
      .meta(essential),
    activation: activationOption,
    ...baseOptions,
  }),
  settle: startsAsBase.settle,
  parts: (options, [d], k) => ({
    base: chooseBase(d, options),
    bijectors: Array.from({ length: options.layers }, () =>
      planarMap({ d, context: k, hidden: options.hidden, activation: options.activation }),
    ),
  }),
});

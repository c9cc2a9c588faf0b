/** What every coupling flow shares: alternating layers on a chosen base. */

import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { coupling, type ScalarTransform } from "./coupling.js";
import { type Flow, makeFlow } from "./flow.js";
import { gaussianBase } from "./gaussian-base.js";
import { mixtureBase } from "./mixture-base.js";

export const couplingOptions = {
  layers: z.number().int().min(1).max(64).default(8).describe("coupling layers, alternating between the two halves"),
  hidden: z.array(z.number().int().positive()).default([64, 64]).describe("hidden sizes of each conditioner"),
  activation: activationOption,
  base: z
    .enum(["gaussian", "mixture"])
    .default("gaussian")
    .describe("base density; a mixture has learned weights, which separated modes in many dimensions need"),
  components: z.number().int().min(1).default(2).describe("components of a mixture base"),
};

export type CouplingFlowOptions = z.output<z.ZodObject<typeof couplingOptions>>;

/** Coupling layers that transform the second and the first half in turn. */
export function couplingFlow(options: CouplingFlowOptions, d: number, transform: ScalarTransform): Flow {
  const { layers, hidden, activation, base, components } = options;
  return makeFlow(
    d,
    base === "mixture" ? mixtureBase(d, components) : gaussianBase(d),
    Array.from({ length: layers }, (_, i) =>
      coupling({ d, transformed: i % 2 === 0 ? "second" : "first", hidden, activation }, transform),
    ),
  );
}

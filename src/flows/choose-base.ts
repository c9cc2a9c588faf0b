/** The options of every flow that say where it starts. */

import { z } from "zod";
import type { Base } from "./base.js";
import { gaussianBase } from "./gaussian-base.js";
import { mixtureBase } from "./mixture-base.js";

export const baseOptions = {
  base: z
    .enum(["gaussian", "mixture"])
    .default("gaussian")
    .describe("base density; a mixture has learned weights, which separated modes in many dimensions need"),
  components: z.number().int().min(1).default(2).describe("components of a mixture base"),
};

/** The base that the options ask for. */
export const chooseBase = (d: number, { base, components }: z.output<z.ZodObject<typeof baseOptions>>): Base =>
  base === "mixture" ? mixtureBase(d, components) : gaussianBase(d);

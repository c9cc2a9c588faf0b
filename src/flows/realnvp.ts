import { z } from "zod";
import { affineTransform } from "./affine-transform.js";
import { startsAsBase } from "./choose-base.js";
import { couplingFlow, couplingOptions } from "./coupling-flow.js";
import { flow } from "./declare-flow.js";

/** Affine coupling layers with bounded scales. */
export const realnvp = flow({
  name: "realnvp",
  about: "Affine coupling: fast and robust, the default proposal.",
  cite: "Dinh, Sohl-Dickstein & Bengio (2017), Density estimation using Real NVP",
  eventKind: "vector",
  options: z.object({
    ...couplingOptions,
    scaleBound: z.number().positive().default(2).describe("c: a layer stretches by at most eᶜ"),
  }),
  ...startsAsBase,
  parts: (options, [d], k) => couplingFlow(options, d, k, affineTransform(options.scaleBound)),
});

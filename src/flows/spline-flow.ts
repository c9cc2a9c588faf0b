import { z } from "zod";
import { essential } from "../util/options.js";
import { startsAsBase } from "./choose-base.js";
import { couplingFlow, couplingOptions } from "./coupling-flow.js";
import { flow } from "./declare-flow.js";
import { splineTransform } from "./spline-transform.js";

/** Rational-quadratic spline coupling layers. */
export const splineFlow = flow({
  name: "spline",
  about: "Rational-quadratic spline coupling: sharper densities per layer than affine, the identity outside its box.",
  cite: "Durkan, Bekasov, Murray & Papamakarios (2019), Neural spline flows",
  eventKind: "vector",
  options: z.object({
    ...couplingOptions,
    layers: couplingOptions.layers
      .unwrap()
      .default(6)
      .describe("coupling layers, alternating between the two halves")
      .meta(essential),
    bins: z.number().int().min(2).max(64).default(8).describe("pieces of each spline").meta(essential),
    bound: z.number().positive().default(4).describe("B: splines act on [−B, B]; standardise the data"),
  }),
  ...startsAsBase,
  parts: (options, [d], k) => couplingFlow(options, d, k, splineTransform(options.bins, options.bound)),
});

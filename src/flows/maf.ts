import { z } from "zod";
import { autoregressiveFlow, autoregressiveOptions } from "./autoregressive-flow.js";
import { startsAsBase } from "./choose-base.js";
import { flow } from "./declare-flow.js";

/**
 * Masked autoregressive flow: `zᵢ = (xᵢ − tᵢ(x₁…xᵢ₋₁)) exp(−sᵢ(x₁…xᵢ₋₁))`, scales bounded as in `realnvp`. The
 * log-density of given points is one pass a layer, a draw is d passes a layer.
 */
export const maf = flow({
  name: "maf",
  about: "Masked autoregressive: fast log-density of given points, slow draws.",
  cite: "Papamakarios, Pavlakou & Murray (2017), Masked autoregressive flow for density estimation",
  eventKind: "vector",
  options: z.object(autoregressiveOptions),
  ...startsAsBase,
  parts: (options, [d], k) => autoregressiveFlow(options, d, k, "inverse"),
});

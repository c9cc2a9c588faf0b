import { z } from "zod";
import { autoregressiveFlow, autoregressiveOptions } from "./autoregressive-flow.js";
import { startsAsBase } from "./choose-base.js";
import { flow } from "./declare-flow.js";

/**
 * Inverse autoregressive flow: `xᵢ = zᵢ exp(sᵢ(z₁…zᵢ₋₁)) + tᵢ(z₁…zᵢ₋₁)`, scales bounded as in `realnvp`. A draw, with its
 * log-density, is one pass a layer; the log-density of a given point is d passes a layer.
 */
export const iaf = flow({
  name: "iaf",
  about: "Inverse autoregressive: fast draws, slow log-density of given points.",
  cite: "Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling (2016), Improved variational inference with inverse autoregressive flow",
  eventKind: "vector",
  options: z.object(autoregressiveOptions),
  ...startsAsBase,
  parts: (options, [d], k) => autoregressiveFlow(options, d, k, "forward"),
});

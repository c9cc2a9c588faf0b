import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { neg } from "../ops/arithmetic.js";
import { logSumExp } from "../ops/special.js";
import { essential } from "../util/options.js";
import type { Shape } from "../util/tensor.js";
import { type Energy, type EnergyContext, energy, makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { imageNetworkOption, type NetworkOptions, networkOptions, pointNetwork } from "./network.js";
import { tilt } from "./tilted.js";

/**
 * A classifier read as an energy: a network with one output `f(x)[y]` a class has `p(y | x) = softmax f(x)`, whatever
 * number is added to all outputs at a point. That number is read as a density:
 * `E(x, y) = −f(x)[y]` and `E(x) = −log Σ_y exp f(x)[y]`. The network starts at zero, with all classes equal; without
 * hidden layers it is multinomial logistic regression.
 * Source: Grathwohl et al. (2020), JEM.
 */
export function classifierEnergy(
  event: Shape,
  options: NetworkOptions,
  count: number,
  about: Pick<EnergyContext, "image"> = {},
): Energy {
  const net = pointNetwork(options, { event, ...about }, { outputs: count, zeroLast: true });
  const outputs = (x: Expr, params: Expr): Expr => net.apply(params, x);
  return makeEnergy({
    event,
    layout: net.layout,
    init: net.init,
    energy: (x, params) => neg(logSumExp(outputs(x, params), 1)),
    classes: { count, energies: (x, params) => neg(outputs(x, params)) },
  });
}

/** A classifier whose energy tilts a base density; the model starts as its base. */
export const classifier = energy({
  name: "classifier",
  about: "A network with one output a class, read as an energy: p(y | x) and p(x) at once; needs rows with labels.",
  cite: "Grathwohl et al. (2020), Your classifier is secretly an energy based model and you should treat it like one",
  needs: ["labels"],
  given: ({ base }) => ({ needs: base === "flow" ? ["labels", "base"] : ["labels"] }),
  knows: { classes: "" },
  usual: { classes: {} },
  options: z.object({
    ...networkOptions,
    ...imageNetworkOption,
    hidden: z
      .array(z.number().int().positive())
      .default([128, 128, 128])
      .describe("sizes of the hidden layers; none: logistic regression")
      .meta(essential),
    base: z
      .enum(["gaussian", "flow", "none"])
      .default("gaussian")
      .describe(
        "what is tilted; gaussian: standard normal, in the coordinates of the model; flow: the flow, fitted and frozen; none: nothing, and exp(−E) need not be integrable",
      )
      .meta(essential),
    scale: z.number().positive().default(1).describe("standard deviation of the gaussian base"),
  }),
  build({ base, scale, ...network }, { event, image, base: fitted, classes }) {
    const own = classifierEnergy(event, network, classes!, image ? { image } : {});
    if (base === "none") return own;
    return tilt(base === "flow" ? fitted! : gaussianEnergy(event, 0, scale), own);
  },
});

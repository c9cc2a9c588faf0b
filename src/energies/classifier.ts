import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { mlp } from "../nn/mlp.js";
import { neg } from "../ops/arithmetic.js";
import { reshape } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { type NetworkOptions, networkOptions } from "./neural.js";
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
  { hidden, activation, residual }: NetworkOptions,
  count: number,
): Energy {
  const d = sizeOf(event);
  const net = mlp({ widths: [d, ...hidden, count], activation, residual, zeroLast: true });
  const outputs = (x: Expr, params: Expr): Expr => net.apply(params, reshape(x, [x.shape[0]!, d]));
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
    hidden: z
      .array(z.number().int().positive())
      .default([128, 128, 128])
      .describe("sizes of the hidden layers; none: logistic regression"),
    base: z
      .enum(["gaussian", "flow", "none"])
      .default("gaussian")
      .describe(
        "what is tilted; gaussian: standard normal, in the coordinates of the model; flow: the flow, fitted and frozen; none: nothing, and exp(−E) need not be integrable",
      ),
    scale: z.number().positive().default(1).describe("standard deviation of the gaussian base"),
  }),
  build({ base, scale, ...network }, { event, base: fitted, classes }) {
    const own = classifierEnergy(event, network, classes!);
    if (base === "none") return own;
    return tilt(base === "flow" ? fitted! : gaussianEnergy(event, 0, scale), own);
  },
});

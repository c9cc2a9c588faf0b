import { z } from "zod";
import { activationOption } from "../nn/activation.js";
import { type MlpOptions, mlp } from "../nn/mlp.js";
import { reshape } from "../ops/shape.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";

/** Options of the network, shared by every energy that has one. */
export const networkOptions = {
  hidden: z.array(z.number().int().positive()).min(1).default([128, 128, 128]).describe("sizes of the hidden layers"),
  activation: activationOption,
  residual: z.boolean().default(false).describe("add the input of each hidden layer to its output"),
};

export type NetworkOptions = z.output<z.ZodObject<typeof networkOptions>>;

/**
 * `E(x)` is a fully connected network with one output and no bias at the end, since a constant changes nothing.
 * The trap: such an energy grows at most linearly, so without a base `exp(−E)` need not be integrable.
 */
export function neuralEnergy(
  event: Shape,
  { hidden, activation, residual }: NetworkOptions,
  extra: Pick<MlpOptions, "zeroLast"> = {},
): Energy {
  const d = sizeOf(event);
  const net = mlp({ widths: [d, ...hidden, 1], activation, residual, lastBias: false, ...extra });
  return makeEnergy({
    event,
    layout: net.layout,
    init: net.init,
    energy: (x, params) => reshape(net.apply(params, reshape(x, [x.shape[0]!, d])), [x.shape[0]!]),
  });
}

/** A network as energy. */
export const neural = energy({
  name: "neural",
  about: "A fully connected network; nothing keeps its density integrable, so prefer tilted.",
  options: z.object(networkOptions),
  build: (options, { event }) => neuralEnergy(event, options),
});

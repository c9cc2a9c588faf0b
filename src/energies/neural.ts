import { z } from "zod";
import { reshape } from "../ops/shape.js";
import type { Shape } from "../util/tensor.js";
import { type Energy, type EnergyContext, energy, makeEnergy } from "./energy.js";
import { imageNetworkOption, type NetworkOptions, networkOptions, pointNetwork } from "./network.js";

/**
 * `E(x)` is a network with one output and no bias at the end, since a constant changes nothing: of fully connected layers,
 * or of an image.
 * The trap: such an energy grows at most linearly, so without a base `exp(−E)` need not be integrable.
 */
export function neuralEnergy(
  event: Shape,
  options: NetworkOptions,
  { zeroLast = false, image }: { readonly zeroLast?: boolean } & Pick<EnergyContext, "image"> = {},
): Energy {
  const net = pointNetwork(options, { event, ...(image ? { image } : {}) }, { outputs: 1, zeroLast, lastBias: false });
  return makeEnergy({
    event,
    layout: net.layout,
    init: net.init,
    energy: (x, params) => reshape(net.apply(params, x), [x.shape[0]!]),
  });
}

/** A network as energy. */
export const neural = energy({
  name: "neural",
  about: "A network, fully connected or of an image; nothing keeps its density integrable, so prefer tilted.",
  options: z.object({ ...networkOptions, ...imageNetworkOption }),
  build: (options, { event, image }) => neuralEnergy(event, options, image ? { image } : {}),
});

import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { joinLayouts, layoutOf, packVectors, splitVector } from "../nn/layout.js";
import { add, mul, neg, sub } from "../ops/arithmetic.js";
import { matmul } from "../ops/linalg.js";
import { reshape } from "../ops/shape.js";
import { essential } from "../util/options.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { baseRateLogits } from "./base-rates.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { bitsLogZ } from "./layer-log-z.js";
import { type NetworkOptions, networkOptions } from "./network.js";
import { neuralEnergy } from "./neural.js";

/**
 * `E(x) = −b·x + net(2x − 1)` of points 0 and 1: independent bits tilted by a network, whose last layer starts at zero.
 * b starts at the logits of the data's means, or 0 without data, so that the model starts as the independent bits that
 * fit them. Log Z is known of at most 16 bits, as the sum over all of their states.
 */
export function neuralBitsEnergy(event: Shape, options: NetworkOptions): Energy {
  const d = sizeOf(event);
  const net = neuralEnergy([d], options, { zeroLast: true });
  const bias = layoutOf({ bias: [d] });
  const energyAt = (x: Expr, params: Expr): Expr => {
    const [b, weights] = splitVector(params, [bias, net.layout]) as [Expr, Expr];
    const [n, flat] = [x.shape[0]!, reshape(x, [x.shape[0]!, d])];
    const own = reshape(matmul(reshape(b, [1, d]), flat, { transposeB: true }), [n]);
    return add(neg(own), net(sub(mul(2, flat), 1), weights));
  };
  return makeEnergy({
    event,
    layout: joinLayouts({ independent: bias, net: net.layout }),
    init: (key, data) => packVectors([data ? baseRateLogits(data, d) : new Float64Array(d), net.init(key)]),
    energy: energyAt,
    support: { kind: "binary", values: [0, 1] },
    ...bitsLogZ(energyAt, event),
  });
}

/** A network as energy of bits. */
export const neuralBits = energy({
  name: "neural-bits",
  about: "A fully connected network over bits 0 or 1 that tilts independent ones, and starts as these.",
  cite: "LeCun, Chopra, Hadsell, Ranzato & Huang (2006), A tutorial on energy-based learning",
  support: "binary",
  // Of a network, where other energies of bits have logits.
  optimizer: { learningRate: 0.003 },
  knows: { logZ: "of at most 16 bits" },
  options: z.object({
    ...networkOptions,
    hidden: networkOptions.hidden.default([64, 64]).describe("sizes of the hidden layers").meta(essential),
  }),
  build: (options, { event }) => neuralBitsEnergy(event, options),
});

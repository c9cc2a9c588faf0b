/** Fully connected networks, plain and residual. */

import type { Expr } from "../ir/expr.js";
import { add, mul } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { broadcastTo } from "../ops/shape.js";
import { fold, type Key } from "../random/key.js";
import { type Shape, tensor } from "../util/tensor.js";
import { type Activation, activations } from "./activation.js";
import { heNormal, type Initializer, zeros } from "./initialize.js";
import { layoutOf, packVectors, unpack } from "./layout.js";
import type { Module } from "./module.js";

export interface MlpOptions {
  /** Sizes from input to output: `[2, 128, 128, 1]`. An input of 0 makes the output a learned constant. */
  readonly widths: readonly number[];
  readonly activation?: Activation;
  /**
   * Of the weights; He's normal unless given. With few inputs a rule that counts outputs as well starts the first layer
   * so small that its features stay linear over the data, and sharp densities are learned several times more slowly.
   */
  readonly initializer?: Initializer;
  /** Start the last layer at zero, so that the network starts as the zero function. */
  readonly zeroLast?: boolean;
  /** Whether the last layer has a bias. An energy needs none: only differences of energies matter. */
  readonly lastBias?: boolean;
  /** Add the input of each hidden layer of equal width to its output (He et al. 2016). */
  readonly residual?: boolean;
  /** By layer, which weights there are: 1 or 0, `(in, out)`. The others stay 0 whatever their parameters. */
  readonly masks?: readonly Float32Array[];
}

/** Weights where the mask is 1; those of a unit start as large as if the inputs it sees were all there are. */
function masked(weights: Float32Array, mask: Float32Array, outputs: number): Float32Array {
  const inputs = weights.length / outputs;
  const seen = new Float64Array(outputs);
  for (const [i, m] of mask.entries()) seen[i % outputs]! += m;
  return weights.map((w, i) => (mask[i] === 0 ? 0 : w * Math.sqrt(inputs / seen[i % outputs]!)));
}

/** `x → W₂ a(W₁ a(W₀ x + b₀) + b₁) + b₂`. */
export function mlp(options: MlpOptions): Module {
  const {
    widths,
    activation = "silu",
    initializer = heNormal,
    zeroLast = false,
    lastBias = true,
    residual = false,
    masks = [],
  } = options;
  const layers = widths.slice(1).map((out, i) => ({ inputs: widths[i]!, outputs: out, last: i === widths.length - 2 }));
  const shapes: Record<string, Shape> = {};
  for (const [i, { inputs, outputs, last }] of layers.entries()) {
    if (inputs > 0) shapes[`w${i}`] = [inputs, outputs];
    if (!last || lastBias) shapes[`b${i}`] = [outputs];
  }
  const layout = layoutOf(shapes);
  const act = activations[activation];
  const start = (key: Key, i: number): Float32Array => {
    const { inputs, outputs, last } = layers[i]!;
    const weights = (last && zeroLast ? zeros : initializer)(fold(key, i), inputs, outputs);
    return masks[i] ? masked(weights, masks[i], outputs) : weights;
  };
  const weightOf = (weight: Expr | undefined, i: number): Expr | undefined =>
    weight && masks[i] ? mul(weight, cast(constant(tensor(masks[i], weight.shape)), weight.dtype)) : weight;

  return {
    layout,
    init: (key: Key) =>
      packVectors(
        layers.flatMap(({ outputs, last }, i) => [start(key, i), new Float32Array(!last || lastBias ? outputs : 0)]),
      ),
    apply(params: Expr, x: Expr): Expr {
      const p = unpack(layout, params);
      let h = x;
      for (const [i, { inputs, outputs, last }] of layers.entries()) {
        const [weight, bias] = [weightOf(p[`w${i}`], i), p[`b${i}`]];
        const y = !weight
          ? broadcastTo(bias!, [x.shape[0]!, outputs])
          : bias
            ? affine(h, weight, bias)
            : matmul(h, weight);
        const a = last ? y : act(y);
        h = residual && !last && i > 0 && inputs === outputs ? add(h, a) : a;
      }
      return h;
    },
  };
}

/** Fully connected networks, plain and residual. */

import type { Expr } from "../ir/expr.js";
import { add } from "../ops/arithmetic.js";
import { affine, matmul } from "../ops/linalg.js";
import { broadcastTo } from "../ops/shape.js";
import { fold, type Key } from "../random/key.js";
import type { Shape } from "../util/tensor.js";
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
  } = options;
  const layers = widths.slice(1).map((out, i) => ({ inputs: widths[i]!, outputs: out, last: i === widths.length - 2 }));
  const shapes: Record<string, Shape> = {};
  for (const [i, { inputs, outputs, last }] of layers.entries()) {
    if (inputs > 0) shapes[`w${i}`] = [inputs, outputs];
    if (!last || lastBias) shapes[`b${i}`] = [outputs];
  }
  const layout = layoutOf(shapes);
  const act = activations[activation];

  return {
    layout,
    init: (key: Key) =>
      packVectors(
        layers.flatMap(({ inputs, outputs, last }, i) => [
          (last && zeroLast ? zeros : initializer)(fold(key, i), inputs, outputs),
          new Float32Array(!last || lastBias ? outputs : 0),
        ]),
      ),
    apply(params: Expr, x: Expr): Expr {
      const p = unpack(layout, params);
      let h = x;
      for (const [i, { inputs, outputs, last }] of layers.entries()) {
        const [weight, bias] = [p[`w${i}`], p[`b${i}`]];
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

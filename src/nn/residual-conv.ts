/** Residual convolutional networks (He, Zhang, Ren & Sun 2016): images to images of the same height and width. */

import type { Expr } from "../ir/expr.js";
import { add } from "../ops/arithmetic.js";
import { fold, type Key } from "../random/key.js";
import { type Activation, activations } from "./activation.js";
import { conv2d } from "./conv2d.js";
import { heNormal, type Initializer, zeros } from "./initialize.js";
import { joinLayouts, packVectors, splitVector } from "./layout.js";
import type { Module } from "./module.js";

/** He's normal, with variances that many times as large. */
const scaledHe =
  (variance: number): Initializer =>
  (key, inputs, outputs) =>
    heNormal(key, inputs, outputs).map((w) => w * Math.sqrt(variance));

/**
 * `x + conv₂ a(conv₁ a(x))`, images `(n, channels, h, w)`, activation first (He et al. 2016b).
 * @param blocks how many stand one after the other: each adds its share, so that together they double the variance.
 */
export function residualBlock(
  channels: number,
  { blocks = 1, activation = "silu" as Activation, spectralNorm = false } = {},
): Module {
  const convs = [
    conv2d({ inputs: channels, outputs: channels, spectralNorm }),
    conv2d({ inputs: channels, outputs: channels, spectralNorm, initializer: scaledHe(1 / blocks) }),
  ] as const;
  const layouts = convs.map(({ layout }) => layout);
  const act = activations[activation];
  return {
    layout: joinLayouts({ conv0: convs[0].layout, conv1: convs[1].layout }),
    init: (key: Key) => packVectors(convs.map(({ init }, i) => init(fold(key, i)))),
    apply(params: Expr, x: Expr): Expr {
      const own = splitVector(params, layouts);
      return add(x, convs[1].apply(own[1]!, act(convs[0].apply(own[0]!, act(x)))));
    },
  };
}

export interface ResidualConvOptions {
  /** Channels of the images it reads and of those it makes. */
  readonly inputs: number;
  readonly outputs: number;
  /** Channels in between. */
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
  readonly activation?: Activation;
  /** Start the last layer at zero, so that the network starts as the zero function. */
  readonly zeroLast?: boolean;
}

/** A 3×3 convolution, residual blocks, and after an activation a 1×1 convolution: `(n, inputs, h, w) → (n, outputs, h, w)`. */
export function residualConv(options: ResidualConvOptions): Module {
  const { inputs, outputs, channels, blocks, activation = "silu", zeroLast = false } = options;
  const last = { inputs: channels, outputs, kernel: 1, ...(zeroLast ? { initializer: zeros } : {}) };
  const parts = [
    conv2d({ inputs, outputs: channels }),
    ...Array.from({ length: blocks }, () => residualBlock(channels, { blocks, activation })),
    conv2d(last),
  ];
  const names = parts.map((_, i) => (i === 0 ? "first" : i <= blocks ? `block${i - 1}` : "last"));
  const layouts = parts.map(({ layout }) => layout);
  return {
    layout: joinLayouts(Object.fromEntries(layouts.map((layout, i) => [names[i]!, layout]))),
    init: (key: Key) => packVectors(parts.map(({ init }, i) => init(fold(key, names[i]!)))),
    apply(params: Expr, x: Expr): Expr {
      const own = splitVector(params, layouts);
      const hidden = parts.slice(0, -1).reduce((h, part, i) => part.apply(own[i]!, h), x);
      return parts.at(-1)!.apply(own.at(-1)!, activations[activation](hidden));
    },
  };
}

/** Stages of residual blocks, each at half the height and width of the one before it, and numbers made of the last. */

import { add } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/linalg.js";
import { meanPool } from "../../ops/pooling.js";
import { sum } from "../../ops/shape.js";
import { fold, type Key } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { type Activation, activations } from "../activation.js";
import { conv2d } from "../conv2d.js";
import { heNormal, zeros } from "../initialize.js";
import { joinLayouts, layoutOf, packVectors, splitVector, unpack } from "../layout.js";
import type { Module } from "../module.js";
import { residualBlock } from "../residual-conv.js";
import type { ImageNetworkTask } from "./image-network.js";

export interface PooledStages {
  /** Channels of each stage. */
  readonly widths: readonly number[];
  /** Residual blocks of each. */
  readonly blocks: number;
  readonly activation: Activation;
  readonly spectralNorm: boolean;
}

/** The last layer: sums over pixels to numbers. */
function head(inputs: number, { outputs, zeroLast = false, lastBias = true }: ImageNetworkTask): Module {
  const layout = layoutOf({ weight: [inputs, outputs], ...(lastBias ? { bias: [outputs] } : {}) });
  return {
    layout,
    init: (key: Key) =>
      packVectors([(zeroLast ? zeros : heNormal)(key, inputs, outputs), new Float32Array(lastBias ? outputs : 0)]),
    apply(params, x) {
      const { weight, bias } = unpack(layout, params);
      const y = matmul(sum(x, [2, 3]), weight!);
      return bias ? add(y, bias) : y;
    },
  };
}

/**
 * A 3×3 convolution; stages of residual blocks with means of 2×2 pixels in between; after an activation, sums over what
 * is left of height and width, and a linear layer (Du & Mordatch 2019 pool so).
 * @throws InputError when height or width cannot be halved so often.
 */
export function pooledStages(name: string, options: PooledStages, task: ImageNetworkTask): Module {
  const { widths, blocks, activation, spectralNorm } = options;
  const [channels, height, width] = task.image;
  const halvings = widths.length - 1;
  if (height % 2 ** halvings !== 0 || width % 2 ** halvings !== 0)
    throw new InputError(
      `network ${name}: ${height} × ${width} pixels cannot be halved ${halvings} times; give ${halvings} widths or fewer`,
    );
  const stages = widths.flatMap((own, s) => {
    const before = s === 0 ? channels : widths[s - 1]!;
    const enter =
      s === 0
        ? [conv2d({ inputs: before, outputs: own, spectralNorm })]
        : before === own
          ? []
          : [conv2d({ inputs: before, outputs: own, kernel: 1, spectralNorm })];
    const residual = Array.from({ length: blocks }, () =>
      residualBlock(own, { blocks: blocks * widths.length, activation, spectralNorm }),
    );
    return [...enter, ...residual].map((part, i) => ({ part, name: `stage${s}.${i}`, halve: s > 0 && i === 0 }));
  });
  const last = head(widths.at(-1)!, task);
  const parts = [...stages.map(({ part }) => part), last];
  const names = [...stages.map((stage) => stage.name), "last"];
  const layouts = parts.map(({ layout }) => layout);
  return {
    layout: joinLayouts(Object.fromEntries(layouts.map((layout, i) => [names[i]!, layout]))),
    init: (key) => packVectors(parts.map(({ init }, i) => init(fold(key, names[i]!)))),
    apply(params, x) {
      const own = splitVector(params, layouts);
      const hidden = stages.reduce((h, { part, halve }, i) => part.apply(own[i]!, halve ? meanPool(h, 2) : h), x);
      return last.apply(own.at(-1)!, activations[activation](hidden));
    },
  };
}

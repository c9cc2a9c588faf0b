import type { Expr } from "../ir/expr.js";
import { conv2d as convolve } from "../ops/convolution.js";
import type { Key } from "../random/key.js";
import { heNormal, type Initializer } from "./initialize.js";
import { layoutOf, packVectors, unpack } from "./layout.js";
import type { Module } from "./module.js";
import { spectralNormalised } from "./spectral-norm.js";

export interface Conv2dOptions {
  /** Channels of an image before and after. */
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the kernel, odd; 3 unless given. The image is padded by zeros to keep its size at a stride of 1. */
  readonly kernel?: number;
  /** Steps between windows; 1 unless given. */
  readonly stride?: number;
  /** Whether there is a constant a channel, as there is unless said. */
  readonly bias?: boolean;
  /** Divide the weights by their largest singular value. */
  readonly spectralNorm?: boolean;
  /** Of the weights, which has `inputs · kernel²` inputs; He's normal unless given. */
  readonly initializer?: Initializer;
}

/** A convolution as a layer: images `(n, inputs, h, w) → (n, outputs, ⌈h / stride⌉, ⌈w / stride⌉)`. */
export function conv2d(options: Conv2dOptions): Module {
  const {
    inputs,
    outputs,
    kernel = 3,
    stride = 1,
    bias = true,
    spectralNorm = false,
    initializer = heNormal,
  } = options;
  const layout = layoutOf({ weight: [outputs, inputs, kernel, kernel], ...(bias ? { bias: [outputs] } : {}) });
  const padding = (kernel - 1) / 2;
  return {
    layout,
    init: (key: Key) =>
      packVectors([initializer(key, inputs * kernel ** 2, outputs), new Float32Array(bias ? outputs : 0)]),
    apply(params: Expr, x: Expr): Expr {
      const { weight, bias: constants } = unpack(layout, params);
      const kernels = spectralNorm ? spectralNormalised(weight!) : weight!;
      return convolve(x, kernels, { stride, padding, bias: constants });
    },
  };
}

export { type Activation, activations } from "./activation.js";
export { type Conv2dOptions, conv2d } from "./conv2d.js";
export { glorotUniform, heNormal, type Initializer, lecunNormal, zeros } from "./initialize.js";
export {
  emptyLayout,
  freeze,
  joinLayouts,
  type Layout,
  type Leaf,
  layoutOf,
  packVectors,
  splitVector,
  trainableMask,
  unpack,
} from "./layout.js";
export { type Made, type MadeOptions, made } from "./made.js";
export { type MlpOptions, mlp } from "./mlp.js";
export type { Module } from "./module.js";
export { type ResidualConvOptions, residualBlock, residualConv } from "./residual-conv.js";

export { affineTransform } from "./affine-transform.js";
export type { Base } from "./base.js";
export type { Bijector } from "./bijector.js";
export { type CouplingOptions, coupling, type ScalarTransform } from "./coupling.js";
export { type Flow, type FlowDeclaration, flow, makeFlow } from "./flow.js";
export { gaussianBase } from "./gaussian-base.js";
export * from "./members.js";
export { mixtureBase } from "./mixture-base.js";
export { splineTransform } from "./spline-transform.js";

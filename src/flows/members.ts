export { glow } from "./glow.js";
export { iaf } from "./iaf.js";
export { maf } from "./maf.js";
export { multiscaleRealnvp } from "./multiscale-realnvp.js";
export { normalMixtureFlow } from "./normal-mixture.js";
export { planar } from "./planar.js";
export { realnvp } from "./realnvp.js";
export { splineFlow } from "./spline-flow.js";

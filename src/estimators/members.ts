/** Every estimator of log Z, one line each: this list is the registry. */

export { ais } from "./ais.js";
export { bridge } from "./bridge.js";
export { enumeration } from "./enumeration.js";
export { exact } from "./exact.js";
export { importance } from "./importance.js";
export { nce } from "./nce.js";
export { quadrature } from "./quadrature.js";
export { reverseAis } from "./reverse-ais.js";
export { smc } from "./smc.js";
export { thermodynamicIntegration } from "./thermodynamic-integration.js";

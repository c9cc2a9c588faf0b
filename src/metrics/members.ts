/** Every metric, one line each: this list is the registry. */

export { acceptance } from "./acceptance.js";
export { autocorrelation } from "./autocorrelation.js";
export { effectiveSampleSize } from "./effective-sample-size.js";
export { gaussianBaseline } from "./gaussian-fit.js";
export { edgeMass, gridLogZ } from "./grid.js";
export { gridKl, gridTotalVariation } from "./grid-compare.js";
export { gridModeWeights } from "./grid-mode-weights.js";
export { importance, importanceMean } from "./importance.js";
export { logLikelihood } from "./log-likelihood.js";
export { mcse } from "./mcse.js";
export { modeJumps } from "./mode-jumps.js";
export { chainModeWeights, importanceModeWeights, sampleModeWeights } from "./mode-weights.js";
export { paretoK } from "./pareto-k.js";
export { splitRhat } from "./split-rhat.js";
export { totalVariation } from "./total-variation.js";

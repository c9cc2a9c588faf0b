/** What is true of a model and of its chains: pure functions of arrays, each with its uncertainty. */

export type { Autocorrelation } from "./autocorrelation.js";
export { type Chains, chainsOf } from "./chains.js";
export { essBulk, essMean, essQuantile, essTail } from "./effective-sample-size.js";
export { fitGaussian, type Gaussian, gaussianLogDensity } from "./gaussian-fit.js";
export { type Box, type Grid2d, type GridDensity, grid2d } from "./grid.js";
export type { GridPair } from "./grid-compare.js";
export type { WeightQuality } from "./importance.js";
export { meanEstimate, normalEstimate, proportionEstimate } from "./interval.js";
export { lineDensity } from "./line-density.js";
export type { LogLikelihood } from "./log-likelihood.js";
export * from "./members.js";
export { type Estimate, type Metric, type MetricDeclaration, type MetricKind, metric } from "./metric.js";
export type { ModeJumps } from "./mode-jumps.js";
export type { ModeWeights } from "./mode-weights.js";
export type { ParetoK } from "./pareto-k.js";
export type { TotalVariation } from "./total-variation.js";

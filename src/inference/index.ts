/** What energies are for: ratios, classes, noise taken away, missing values filled in. */

export { type ClassProbabilities, classProbabilities } from "./class-probabilities.js";
export { type ClassDensity, type Classified, classify } from "./classify.js";
export { type ColumnRatio, columnRatios, type Line, lineOver } from "./column-ratios.js";
export { type Condition, type Held, heldBy, parseConditions, type Relation } from "./conditions.js";
export { type Denoised, type DenoiseOptions, denoise } from "./denoise.js";
export type { Density } from "./density.js";
export { drawGiven, type GivenOptions, type GivenPoints } from "./draw-given.js";
export { type DrawnPoints, type DrawOptions, drawPoints } from "./draw-points.js";
export { type Extrapolation, extrapolationsFrom, showExtrapolation } from "./extrapolation.js";
export { type Imputed, type ImputeOptions, impute, type PatternDraws } from "./impute.js";
export { type Learned, learned } from "./learned.js";
export { logRatio } from "./log-ratio.js";
export { oneClass } from "./one-class.js";
export type { Pool } from "./pool.js";
export type { ChainCounts } from "./row-chains.js";

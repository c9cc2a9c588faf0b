/** What energies are for: ratios, classes, noise taken away, missing values filled in. */

export { type ClassProbabilities, classProbabilities } from "./class-probabilities.js";
export { type ClassDensity, type Classified, classify } from "./classify.js";
export { type Denoised, type DenoiseOptions, denoise } from "./denoise.js";
export type { Density } from "./density.js";
export { type Imputed, type ImputeOptions, impute, type PatternDraws } from "./impute.js";
export { logRatio } from "./log-ratio.js";
export type { ChainCounts } from "./row-chains.js";

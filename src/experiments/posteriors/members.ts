/** Every posterior of the suite, one line a family: this list is the registry. */

export { logistic, multinomial, orderedLogit } from "./classes.js";
export { changePoint, negativeBinomial, poissonOffset } from "./counts.js";
export { gaussianProcess } from "./gaussian-process.js";
export { horseshoe } from "./horseshoe.js";
export { orderedMixture } from "./mixture.js";
export { linearUnscaled, locationScale } from "./normal.js";
export { studentFixed, studentFree } from "./outliers.js";
export { gammaGlm, weibull } from "./positive.js";
export { betaBinomial, hierarchicalRates } from "./rates.js";
export { eightSchools, eightSchoolsCentred } from "./schools.js";
export { banana, correlated, funnel, rotated, stretched, strongBanana } from "./shapes.js";
export { ar1, ar1Short, ar2, volatility } from "./time-series.js";

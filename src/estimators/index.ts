/** Log Z by several estimators that must agree. */

export { type EstimateOptions, estimateLogZ, type LogZTable } from "./estimate-log-z.js";
export {
  type EstimatedModel,
  type Estimator,
  type EstimatorFacts,
  estimator,
  type LogZ,
  type RoundedLogZ,
} from "./estimator.js";
export * from "./members.js";
export { type Reference, type Referred, referenceFor } from "./reference.js";

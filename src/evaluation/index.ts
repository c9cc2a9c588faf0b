/** What is true of a trained model: log Z, held-out likelihood, mode weights, classes, each with its error. */

export { type Baseline, type BaselineLaw, baselineLaws } from "./baseline.js";
export { type ClassScores, classScores, scoreClasses } from "./class-scores.js";
export {
  type EvaluateOptions,
  type Evaluation,
  evaluateModel,
  heldOut,
  type LogZEstimate,
} from "./evaluate.js";
export type { FoundMode, FoundModes } from "./found-modes.js";
export { importanceLogZ, type KnownLogZ, knownLogZ } from "./known-log-z.js";
export { type GridComparison, modelOnGrid, type TruthComparison } from "./truth.js";

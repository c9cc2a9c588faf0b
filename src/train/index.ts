export {
  type Belief,
  type BeliefDraws,
  type BeliefLayer,
  type BoundOptions,
  beliefBound,
  drawBelief,
  transposed,
} from "./belief-layers.js";
export { type ClassScores, classScores, scoreClasses } from "./class-scores.js";
export { configSchema, type Member, type RunConfig, resolveConfig } from "./config.js";
export { type DeepBeliefOptions, trainDeepBelief } from "./deep-belief.js";
export { type DrawnPoints, type DrawOptions, drawPoints } from "./draw-points.js";
export {
  type EvaluateOptions,
  type Evaluation,
  evaluateModel,
  heldOut,
  type Learned,
  type LogZEstimate,
} from "./evaluate.js";
export { type FitOptions, type FittedModel, fit } from "./fit.js";
export { type ConditionalFitOptions, type ConditionalModel, fitConditional } from "./fit-conditional.js";
export {
  type Finding,
  type Health,
  type HealthLevel,
  type HealthOptions,
  type HealthRule,
  type HealthWindow,
  newHealth,
  showFinding,
} from "./health.js";
export { healthRules } from "./health-rules.js";
export { type LoopHooks, type LoopResult, type LoopSpec, TrainingDiverged, trainLoop } from "./loop.js";
export { oneClass } from "./one-class.js";
export {
  buildIteration,
  buildModel,
  buildOptimizers,
  classCount,
  distributionOf,
  prepareData,
  type RunData,
  runKey,
  trainingLabels,
} from "./prepare.js";
export { registries } from "./registries.js";
export { trainedModel, trainedParameters, trains } from "./trained.js";
export { compileTrainer, learned, type Trainer, type TrainerSpec, type TrainState } from "./trainer.js";
export { type GridComparison, modelOnGrid, type TruthComparison } from "./truth.js";

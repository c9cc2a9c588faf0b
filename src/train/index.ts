/** Training: one iteration compiled whole, the loop over it, and what watches it. */

export { type FitOptions, type FittedModel, fit } from "./fit.js";
export { type Health, type HealthFinding, type HealthOptions, newHealth, showFinding } from "./health.js";
export type { HealthLevel, HealthRule, HealthWindow } from "./health-rule.js";
export { healthRules } from "./health-rules.js";
export { type LoopHooks, type LoopResult, type LoopSpec, TrainingDiverged, trainLoop } from "./loop.js";
export { compileTrainer, type Trainer, type TrainerSpec, type TrainState } from "./trainer.js";

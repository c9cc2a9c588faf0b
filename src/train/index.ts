/** Training: one iteration compiled whole, the loop over it, and what watches it. */

export { type Best, findingsOf, type SessionCheckpoint, type SessionMeta } from "./checkpoint.js";
export { type FitOptions, fit } from "./fit.js";
export {
  type Health,
  type HealthFinding,
  type HealthMemory,
  type HealthOptions,
  newHealth,
  showFinding,
} from "./health.js";
export type { HealthLevel, HealthRule, HealthWindow, Pathology } from "./health-rule.js";
export { healthRules } from "./health-rules.js";
export type { Course, Look } from "./looks.js";
export {
  type LoopHooks,
  type LoopResult,
  type LoopSpec,
  type Stepped,
  type StepSpec,
  stepper,
  TrainingDiverged,
  trainLoop,
} from "./loop.js";
export { adviceOf, type Remedy, type Settings, type Suggestion, suggestionsOf } from "./remedy.js";
export { type AfterStep, runSession } from "./run-session.js";
export {
  type Judged,
  newSession,
  type Resumed,
  type SessionEvent,
  type SessionSpec,
  type Stage,
  type StageSpec,
  type TrainingSession,
} from "./session.js";
export { type ConfiguredSession, type StartOptions, startSession } from "./start.js";
export { compileTrainer, type Trainer, type TrainerSpec, type TrainState } from "./trainer.js";
export { trainingMetrics } from "./training-metrics.js";

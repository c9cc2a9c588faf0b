export * from "./members.js";
export { likelihood } from "./methods/likelihood.js";
export {
  type Expectation,
  type FactsByOptions,
  factsOf,
  type Group,
  groupsOf,
  type Iteration,
  type Model,
  modelGroups,
  type Objective,
  type ObjectiveFacts,
  type OwnGroup,
  objective,
  type ParameterGroup,
  type StepInput,
  type StepOutput,
} from "./objective.js";
export { contrast } from "./parts/contrast.js";
export * from "./parts/metrics.js";
export type { HealthMeaning, TraceFigure, TrainingMetric, TrainingMetrics } from "./training-metric.js";

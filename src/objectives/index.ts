export { contrast } from "./contrast.js";
export { likelihood } from "./likelihood.js";
export * from "./members.js";
export {
  type FactsByOptions,
  factsOf,
  type Group,
  type Iteration,
  type Model,
  type Objective,
  type ObjectiveFacts,
  objective,
  type StepInput,
  type StepOutput,
} from "./objective.js";

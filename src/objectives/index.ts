export * from "./members.js";
export { likelihood } from "./methods/likelihood.js";
export {
  type FactsByOptions,
  factsOf,
  type Group,
  groupsOf,
  type Iteration,
  type Model,
  type Objective,
  type ObjectiveFacts,
  type OwnGroup,
  objective,
  type ParameterGroup,
  type StepInput,
  type StepOutput,
} from "./objective.js";
export { contrast } from "./parts/contrast.js";

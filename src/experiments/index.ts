export {
  type Budget,
  type Claim,
  type Experiment,
  experiment,
  type Finished,
  type Outcome,
} from "./experiment.js";
export * from "./members.js";

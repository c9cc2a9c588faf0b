export { type Annealed, type AnnealRun, anneal } from "./anneal.js";
export type { SampleTarget } from "./block.js";
export { adaptLadder, geometricLadder } from "./ladder.js";
export * from "./members.js";
export { accept, energyAndGradient } from "./metropolis.js";
export type { Checkpoint } from "./position.js";
export { type SampleProgress, type SampleRun, type Samples, sample } from "./sample.js";
export {
  type Kernel,
  type Metric,
  type Sampler,
  type SamplerFacts,
  sampler,
  type Tunable,
  type Tuning,
} from "./sampler.js";
export { type Proposal, proposalOf, type Target, targetOf } from "./target.js";

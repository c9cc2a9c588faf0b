export { type Annealed, type AnnealRun, anneal } from "./driver/anneal.js";
export type { SampleTarget } from "./driver/block.js";
export type { SampleCheckpoint } from "./driver/position.js";
export { type SampleRun, sample } from "./driver/sample.js";
export type { SampleProgress, Samples, StuckChain } from "./driver/samples.js";
export * from "./members.js";
export { adaptLadder, geometricLadder } from "./parts/ladder.js";
export { accept, energyAndGradient } from "./parts/metropolis.js";
export type { KernelChoice } from "./roles/kernel-option.js";
export {
  type EuclideanMetric,
  type Kernel,
  type Moved,
  type Sampler,
  type SamplerFacts,
  sampler,
  type Transition,
  type Tunable,
  type Tuning,
} from "./sampler.js";
export { type Frame, frameOf, type Proposal, proposalOf, type Target, targetOf } from "./target.js";

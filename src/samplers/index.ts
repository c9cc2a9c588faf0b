export type { SampleTarget } from "./block.js";
export * from "./members.js";
export { accept, energyAndGradient } from "./metropolis.js";
export { type SampleOptions, type Samples, sample } from "./sample.js";
export {
  type Kernel,
  type Proposal,
  proposalOf,
  type Sampler,
  type SamplerFacts,
  sampler,
  type Target,
  type Tunable,
  type Tuning,
} from "./sampler.js";

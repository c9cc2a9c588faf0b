/** Deep belief networks: stacks of restricted Boltzmann machines. */

export {
  type Belief,
  type BeliefDraws,
  type BeliefLayer,
  type BoundOptions,
  beliefBound,
  drawBelief,
  transposed,
} from "./belief-layers.js";
export { type DeepBeliefOptions, trainDeepBelief } from "./deep-belief.js";

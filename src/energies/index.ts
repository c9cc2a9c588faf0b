export { classifierEnergy } from "./classifier.js";
export { type ConditionedEnergy, condition } from "./condition.js";
export {
  type Blocks,
  type Classes,
  type Energy,
  type EnergyContext,
  type EnergyDeclaration,
  type EnergyFunction,
  type EnergyParts,
  type ExactFacts,
  energy,
  makeEnergy,
} from "./energy.js";
export { classEnergiesOf, energyOf, type RowFunction } from "./evaluate.js";
export { gaussianEnergy } from "./gaussian.js";
export { gaussianRbmEnergy } from "./gaussian-rbm.js";
export { isingEnergy } from "./ising.js";
export { type LatticeLaw, latticeLogZ } from "./lattice-log-z.js";
export { logitNormalEnergy } from "./logit-normal.js";
export * from "./members.js";
export { type MixtureComponents, mixtureEnergy } from "./mixture.js";
export { mixtureOf } from "./mixture-of.js";
export { type Capability, capabilities, type Needs, type Offered, whyNot } from "./needs.js";
export { negate } from "./negate.js";
export { neuralEnergy } from "./neural.js";
export { noiseConditionedEnergy } from "./noise-conditioned.js";
export { ofClass } from "./of-class.js";
export { pottsEnergy } from "./potts.js";
export { product } from "./product.js";
export { rbmEnergy } from "./rbm.js";
export { gaussianRbmLogZ, type RbmSizes, rbmDraws, rbmLogZ, rbmMoments } from "./rbm-exact.js";
export { gaussianRbmLayout, rbmLayout } from "./rbm-layout.js";
export { reshaped } from "./reshaped.js";
export { real, type Support } from "./support.js";
export { temper } from "./temper.js";
export { tilt } from "./tilted.js";

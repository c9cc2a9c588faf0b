export {
  type Blocks,
  type Energy,
  type EnergyContext,
  type EnergyDeclaration,
  type EnergyFunction,
  type EnergyParts,
  type ExactFacts,
  energy,
  makeEnergy,
} from "./energy.js";
export { energyOf, type RowFunction } from "./evaluate.js";
export { gaussianEnergy } from "./gaussian.js";
export { gaussianRbmEnergy, gaussianRbmLayout } from "./gaussian-rbm.js";
export { isingEnergy } from "./ising.js";
export { type LatticeLaw, latticeLogZ } from "./lattice-log-z.js";
export * from "./members.js";
export { type MixtureComponents, mixtureEnergy } from "./mixture.js";
export { neuralEnergy } from "./neural.js";
export { pottsEnergy } from "./potts.js";
export { rbmEnergy, rbmLayout } from "./rbm.js";
export { gaussianRbmLogZ, type RbmSizes, rbmLogZ, rbmMoments } from "./rbm-exact.js";
export { real, type Support } from "./support.js";
export { tilt } from "./tilted.js";

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
export { gaussianEnergy } from "./gaussian.js";
export * from "./members.js";
export { type MixtureComponents, mixtureEnergy } from "./mixture.js";
export { neuralEnergy } from "./neural.js";
export { tilt } from "./tilted.js";
export { real, type Support } from "./support.js";

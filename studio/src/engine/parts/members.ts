/** Everything that a page can ask of a training, one line each. */

export { chainModes } from "./chain-modes.js";
export { energies } from "./energies.js";
export { energyBins } from "./energy-bins.js";
export { flowDensity } from "./flow-density.js";
export { flowGrid } from "./flow-grid.js";
export { flowModes } from "./flow-modes.js";
export { flowRows } from "./flow-rows.js";
export { forces } from "./forces.js";
export { latent } from "./latent.js";
export { latentPoint } from "./latent-point.js";
export { latentPoints } from "./latent-points.js";
export { modeWeights } from "./mode-weights.js";
export { point } from "./point.js";
export { section } from "./section.js";
export { truth } from "./truth.js";

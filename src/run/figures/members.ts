/** Every figure of a run, one line each: this list is the registry. */

export { baselines } from "./baselines.js";
export { calibration } from "./calibration.js";
export { categories } from "./categories.js";
export { chains } from "./chains.js";
export { density } from "./density.js";
export { energies } from "./energies.js";
export { images } from "./images.js";
export { learning } from "./learning.js";
export { marginals } from "./marginals.js";
export { modes } from "./modes.js";
export { pairShares } from "./pair-shares.js";
export { pairs } from "./pairs.js";
export { shares } from "./shares.js";
export { truth } from "./truth.js";

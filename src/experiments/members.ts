export { dimensionSeparation } from "./dimension-separation.js";
export { fourCorners } from "./four-corners.js";
export { objectives } from "./objectives.js";
export { rbm } from "./rbm.js";
export { twoModes } from "./two-modes.js";

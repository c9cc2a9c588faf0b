export { dimensionSeparation } from "./dimension-separation.js";
export { eightGaussians } from "./eight-gaussians.js";
export { fourCorners } from "./four-corners.js";
export { fourInARow } from "./four-in-a-row.js";
export { objectives } from "./objectives.js";
export { rbm } from "./rbm.js";
export { rings } from "./rings.js";
export { twoModes } from "./two-modes.js";

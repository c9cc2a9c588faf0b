export { checkerboard } from "./checkerboard.js";
export { eightGaussians } from "./eight-gaussians.js";
export { gaussianMixture } from "./gaussian-mixture.js";
export { moons } from "./moons.js";
export { pinwheel } from "./pinwheel.js";
export { rings } from "./rings.js";
export { spirals } from "./spirals.js";
export { twoModes } from "./two-modes.js";

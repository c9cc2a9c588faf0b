export { gaussian } from "./gaussian.js";
export { mixture } from "./mixture.js";
export { neural } from "./neural.js";
export { tilted } from "./tilted.js";

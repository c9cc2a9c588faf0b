export { duMordatch } from "./du-mordatch.js";
export { residual } from "./residual.js";

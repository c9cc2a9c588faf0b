export { objectives } from "./objectives.js";
export { twoModes } from "./two-modes.js";

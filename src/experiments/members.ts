export { twoModes } from "./two-modes.js";

/** Densities of one thing given another, from pairs. */

export { type ConditionalFitOptions, type ConditionalModel, fitConditional } from "./fit-conditional.js";

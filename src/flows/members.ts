export { realnvp } from "./realnvp.js";
export { splineFlow } from "./spline-flow.js";

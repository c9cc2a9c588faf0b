export { independent } from "./kernels/independent.js";
export { isir } from "./kernels/isir.js";

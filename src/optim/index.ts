export { movingAverage } from "./average.js";
export { clipByNorm } from "./clip.js";
export * from "./members.js";
export { learningRate } from "./schedule.js";
export { chain, type Optimizer, optimizer, type Transform } from "./transform.js";

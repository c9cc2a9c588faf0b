export * from "./choose.js";
export * from "./draw.js";
export * from "./key.js";
export * from "./noise.js";
export { normalQuantile } from "./normal-quantile.js";
export { rotation } from "./rotation.js";
export { threefry } from "./threefry.js";

export { lower } from "./lower.js";
export { OPSET } from "./proto.js";

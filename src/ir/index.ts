export type { Body, Expr, Node, Op, Operand } from "./expr.js";
export { apply, apply1, isResultOf } from "./expr.js";
export { parameterKey } from "./key.js";
export { bytesOf, peakBytes } from "./memory.js";
export { print } from "./print.js";
export type { TensorType } from "./type.js";

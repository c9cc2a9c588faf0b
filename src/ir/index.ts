export type { Body, Expr, Node, Op, Operand } from "./expr.js";
export { apply, apply1 } from "./expr.js";
export { print } from "./print.js";
export type { TensorType } from "./type.js";

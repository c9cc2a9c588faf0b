/** Comparisons, boolean algebra and selection. */

import { apply1, type Expr, type Op, type Operand, one } from "../ir/expr.js";
import type { Scalar, ScalarMath } from "../ir/kernel.js";
import { broadcastShapes, expectFloat, showType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { type Binary, binary } from "./elementwise.js";
import { operands, scalar } from "./leaf.js";

type OfTwo = (math: ScalarMath, a: Scalar, b: Scalar) => Scalar;

const comparison = (name: string, onnx: string, scalar: OfTwo, also: "integers" | "anything" = "integers"): Binary =>
  binary(name, { onnx, scalar, vjp: null, result: "bool", also });

export const equal: Binary = comparison("equal", "Equal", (m, a, b) => m.equal(a, b), "anything");
export const less: Binary = comparison("less", "Less", (m, a, b) => m.less(a, b));
export const lessEqual: Binary = comparison("lessEqual", "LessOrEqual", (m, a, b) => m.lessEqual(a, b));
export const greater: Binary = (a, b) => less(b, a);
export const greaterEqual: Binary = (a, b) => lessEqual(b, a);

function logical(name: string, onnx: string, scalar: OfTwo): (a: Expr, b: Expr) => Expr {
  const op: Op<null, readonly [Expr, Expr]> = {
    name,
    infer([a, b]) {
      for (const e of [a, b])
        if (e.dtype !== "bool") throw new ShapeError(`${name}: expected bool, got ${showType(e)}`);
      return one(broadcastShapes(name, [a.shape, b.shape]), "bool");
    },
    lower: (to, [a, b]) => [to.node(onnx, [a!, b!])],
    kernel: { map: (m, [a, b]) => scalar(m, a!, b!) },
  };
  return (a, b) => apply1(op, [a, b] as const, null);
}

export const and: (a: Expr, b: Expr) => Expr = logical("and", "And", (m, a, b) => m.and(a, b));
export const or: (a: Expr, b: Expr) => Expr = logical("or", "Or", (m, a, b) => m.or(a, b));

const notOp: Op<null, readonly [Expr]> = {
  name: "not",
  infer([x]) {
    if (x.dtype !== "bool") throw new ShapeError(`not: expected bool, got ${showType(x)}`);
    return one(x.shape, "bool");
  },
  lower: (to, [x]) => [to.node("Not", [x!])],
  kernel: { map: (m, [x]) => m.not(x!) },
};

export const not = (x: Expr): Expr => apply1(notOp, [x] as const, null);

/** Whether each element is neither infinite nor NaN: `|x|` compared with the largest number is false for both. */
export const finite = (x: Expr): Expr => {
  expectFloat("finite", x);
  const largest = x.dtype === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
  return and(lessEqual(x, largest), lessEqual(-largest, x));
};

const whereOp: Op<null, readonly [Expr, Expr, Expr]> = {
  name: "where",
  infer([c, a, b]) {
    if (c.dtype !== "bool") throw new ShapeError(`where: the condition must be bool, got ${showType(c)}`);
    return one(broadcastShapes("where", [c.shape, a.shape, b.shape]), a.dtype);
  },
  vjp: (g, { inputs: [c] }) => [null, where(c, g, 0), where(c, 0, g)],
  simplify: ([c, a, b]) =>
    a === b && broadcastShapes("where", [c.shape, a.shape]).join() === a.shape.join() ? [a] : null,
  lower: (to, [c, a, b]) => [to.node("Where", [c!, a!, b!])],
  kernel: { map: (m, [c, a, b]) => m.select(c!, a!, b!) },
};

/**
 * `a` where the condition holds, else `b`. Both sides are computed: a NaN on the side not taken does not reach the
 * value, but an infinite derivative there gives `0 · ∞` in the gradient, so make the untaken side safe first.
 */
export function where(condition: Expr, a: Operand, b: Operand): Expr {
  const numbers = typeof a === "number" && typeof b === "number";
  const [x, y] = numbers ? [scalar(a), scalar(b)] : operands("where", [a, b]);
  return apply1(whereOp, [condition, x!, y!] as const, null);
}

/** What every elementwise operation shares: broadcasting, constant folding, one line of ONNX. */

import { apply1, type Expr, isResultOf, type Op, type Operand, one } from "../ir/expr.js";
import type { Scalar, ScalarMath } from "../ir/kernel.js";
import { broadcastShapes, expectFloat, expectNumber, sameDType } from "../ir/type.js";
import type { DType } from "../util/tensor.js";
import { sameShape } from "../util/tensor.js";
import { constantValue, operands, peel, scalar as scalarConstant } from "./leaf.js";
import { broadcastTo } from "./shape.js";

export type Unary = (x: Expr) => Expr;
export type Binary = (a: Operand, b: Operand) => Expr;

interface UnaryRules {
  /** ONNX operator; left out when the operation is always composed. */
  readonly onnx?: string;
  /** Cotangent of the operand, from that of the result, the operand `x` and the result `y`. */
  readonly vjp: ((g: Expr, x: Expr, y: Expr) => Expr) | null;
  /** The value on a number, to fold constants. */
  readonly fold?: (x: number) => number;
  /** The value of one number, for the compiler; left out where `compose` says it. */
  readonly scalar?: (math: ScalarMath, x: Scalar) => Scalar;
  /** The same value in other operations, asked when there is no ONNX operator for the dtype. */
  readonly compose?: (x: Expr) => Expr;
  /** Dtypes for which `compose` is used although `onnx` is given. */
  readonly composeFor?: readonly DType[];
  /** Applied twice it gives its operand back. */
  readonly involution?: true;
  /** Whether the value is the absolute value of the operand. */
  readonly absolute?: true;
}

const folded = (value: number, e: Expr, shape = e.shape): Expr => broadcastTo(scalarConstant(value, e.dtype), shape);

/** Declare an operation on one floating-point operand. */
export function unary(name: string, rules: UnaryRules): Unary {
  const { onnx, vjp, fold, compose, composeFor, scalar } = rules;
  const op: Op<null, readonly [Expr]> = {
    name,
    ...(rules.absolute ? { absolute: true } : {}),
    infer([x]) {
      expectFloat(name, x);
      return one(x.shape, x.dtype);
    },
    simplify([x]) {
      const value = fold && constantValue(x);
      if (value !== undefined) return [folded(fold!(value), x)];
      return rules.involution && isResultOf(op, x) ? [x.node.inputs[0]!] : null;
    },
    vjp: (g, { inputs: [x], outputs: [y] }) => [vjp ? vjp(g, x, y!) : null],
    ...(onnx ? { lower: (to, [x]) => [to.node(onnx, [x!])] } : {}),
    ...(scalar ? { kernel: { map: (math, [x]) => scalar(math, x!) } } : {}),
    ...(compose
      ? { compose: ({ inputs: [x] }) => (!onnx || composeFor?.includes(x.dtype) ? [compose(x)] : null) }
      : {}),
  };
  return (x) => apply1(op, [x] as const, null);
}

interface BinaryRules {
  readonly onnx?: string;
  readonly vjp: ((g: Expr, a: Expr, b: Expr, y: Expr) => readonly [Expr | null, Expr | null]) | null;
  readonly fold?: (a: number, b: number) => number;
  /** The value of two numbers, for the compiler. */
  readonly scalar?: (math: ScalarMath, a: Scalar, b: Scalar) => Scalar;
  readonly compose?: (a: Expr, b: Expr) => Expr;
  /** The result when an operand is a constant; the result's shape is taken care of. */
  readonly withConstant?: (a: Expr, b: Expr, valueA: number | undefined, valueB: number | undefined) => Expr | null;
  /** Result type when it is not that of the operands. */
  readonly result?: DType;
  /** What is allowed beside floating-point numbers. */
  readonly also?: "integers" | "anything";
  /** Whether the value is the product of the operands. */
  readonly multiplies?: true;
}

/** Declare an operation on two operands that broadcast against each other. */
export function binary(name: string, rules: BinaryRules): Binary {
  const { onnx, vjp, fold, compose, withConstant, result, also, scalar } = rules;
  const op: Op<null, readonly [Expr, Expr]> = {
    name,
    ...(rules.multiplies ? { multiplies: true } : {}),
    infer([a, b]) {
      const dtype = sameDType(name, [a, b]);
      if (also === undefined) expectFloat(name, a);
      if (also === "integers") expectNumber(name, a);
      return one(broadcastShapes(name, [a.shape, b.shape]), result ?? dtype);
    },
    simplify([a, b]) {
      if (a.dtype !== b.dtype || a.dtype === "bool") return null;
      // |x|² is x², whose derivatives are right at 0 as well.
      if (rules.multiplies && a === b && a.node.op.absolute)
        return [apply1(op, [a.node.inputs[0]!, a.node.inputs[0]!], null)];
      const shape = broadcastShapes(name, [a.shape, b.shape]);
      const [va, vb] = [constantValue(a), constantValue(b)];
      const isFloat = a.dtype !== "int64"; // of which numbers hold 53 bits, and quotients not at all
      if (fold && isFloat && va !== undefined && vb !== undefined) return [folded(fold(va, vb), a, shape)];
      const simpler = withConstant?.(a, b, va, vb);
      if (simpler) return [broadcastTo(simpler, shape)];
      // An operand that was only repeated is taken as it was: the engine repeats it as it computes.
      const [pa, pb] = [peel(a), peel(b)];
      if (pa !== a && sameShape(broadcastShapes(name, [pa.shape, b.shape]), shape)) return [apply1(op, [pa, b], null)];
      if (pb !== b && sameShape(broadcastShapes(name, [a.shape, pb.shape]), shape)) return [apply1(op, [a, pb], null)];
      return null;
    },
    vjp: (g, { inputs: [a, b], outputs: [y] }) => (vjp ? vjp(g, a, b, y!) : [null, null]),
    ...(onnx ? { lower: (to, [a, b]) => [to.node(onnx, [a!, b!])] } : {}),
    ...(scalar ? { kernel: { map: (math, [a, b]) => scalar(math, a!, b!) } } : {}),
    ...(compose ? { compose: ({ inputs: [a, b] }) => [compose(a, b)] } : {}),
  };
  return (a, b) => {
    const [x, y] = operands(name, [a, b]);
    return apply1(op, [x!, y!] as const, null);
  };
}

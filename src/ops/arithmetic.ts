/** Elementwise arithmetic and elementary functions, each with its derivative. */

import { apply1, type Expr, isExpr, type Op, type Operand, one } from "../ir/expr.js";
import { expectFloat } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { type Binary, binary, type Unary, unary } from "./elementwise.js";
import { constantValue, scalar } from "./leaf.js";
import { equal, less, where } from "./logic.js";
import { broadcastTo } from "./shape.js";

export const add: Binary = binary("add", {
  onnx: "Add",
  scalar: (m, a, b) => m.add(a, b),
  also: "integers",
  vjp: (g) => [g, g],
  fold: (a, b) => a + b,
  withConstant: (a, b, va, vb) => (va === 0 ? b : vb === 0 ? a : null),
});

export const sub: Binary = binary("sub", {
  onnx: "Sub",
  scalar: (m, a, b) => m.sub(a, b),
  also: "integers",
  vjp: (g) => [g, neg(g)],
  fold: (a, b) => a - b,
  withConstant: (a, b, va, vb) => (vb === 0 ? a : va === 0 && b.dtype.startsWith("float") ? neg(b) : null),
});

export const mul: Binary = binary("mul", {
  multiplies: true,
  onnx: "Mul",
  scalar: (m, a, b) => m.mul(a, b),
  also: "integers",
  vjp: (g, a, b) => [mul(g, b), mul(g, a)],
  fold: (a, b) => a * b,
  withConstant: (a, b, va, vb) =>
    va === 1 ? b : vb === 1 ? a : !a.dtype.startsWith("float") ? null : va === -1 ? neg(b) : vb === -1 ? neg(a) : null,
});

export const div: Binary = binary("div", {
  onnx: "Div",
  scalar: (m, a, b) => m.div(a, b),
  also: "integers",
  vjp: (g, _, b, y) => [div(g, b), neg(div(mul(g, y), b))],
  fold: (a, b) => a / b,
  withConstant: (a, _, __, vb) => (vb === 1 ? a : null),
});

export const neg: Unary = unary("neg", {
  onnx: "Neg",
  scalar: (m, x) => m.neg(x),
  vjp: (g) => neg(g),
  fold: (x) => -x,
  involution: true,
});

export const exp: Unary = unary("exp", {
  onnx: "Exp",
  scalar: (m, x) => m.exp(x),
  vjp: (g, _, y) => mul(g, y),
  fold: Math.exp,
});
export const log: Unary = unary("log", {
  onnx: "Log",
  scalar: (m, x) => m.log(x),
  vjp: (g, x) => div(g, x),
  fold: Math.log,
});
export const sqrt: Unary = unary("sqrt", {
  onnx: "Sqrt",
  scalar: (m, x) => m.sqrt(x),
  vjp: (g, _, y) => div(mul(g, 0.5), y),
  fold: Math.sqrt,
});
export const abs: Unary = unary("abs", {
  onnx: "Abs",
  scalar: (m, x) => m.abs(x),
  vjp: (g, x) => mul(g, sign(x)),
  fold: Math.abs,
  absolute: true,
});
export const sign: Unary = unary("sign", { onnx: "Sign", scalar: (m, x) => m.sign(x), vjp: null, fold: Math.sign });
export const floor: Unary = unary("floor", {
  onnx: "Floor",
  scalar: (m, x) => m.floor(x),
  vjp: null,
  fold: Math.floor,
});

/** `x²`, as one product: no power is computed. */
export const square = (x: Expr): Expr => mul(x, x);

/** `1 / x`. */
export const reciprocal = (x: Expr): Expr => div(scalar(1, x.dtype), x);

/** `log(1 + x)`, accurate also where `1 + x` rounds to 1 (Kahan's correction by the rounded `u = 1 + x`). */
export const log1p: Unary = unary("log1p", {
  vjp: (g, x) => div(g, add(x, 1)),
  fold: Math.log1p,
  compose(x) {
    const u = add(x, 1);
    const kept = sub(u, 1);
    // Where nothing was rounded away, infinity included, the correction is 1.
    const ratio = where(equal(kept, x), 1, div(x, kept));
    return where(equal(u, 1), x, mul(log(u), ratio));
  },
});

/** `exp(x) − 1`, accurate near 0 (Kahan). */
export const expm1: Unary = unary("expm1", {
  vjp: (g, _, y) => mul(g, add(y, 1)),
  fold: Math.expm1,
  compose(x) {
    const u = exp(x);
    const tiny = equal(u, 1);
    const near = less(abs(x), 0.5);
    const safe = where(near, where(tiny, 2, u), 2);
    return where(near, where(tiny, x, mul(sub(u, 1), div(x, log(safe)))), sub(u, 1));
  },
});

export const sin: Unary = unary("sin", {
  onnx: "Sin",
  scalar: (m, x) => m.sin(x),
  vjp: (g, x) => mul(g, cos(x)),
  fold: Math.sin,
});
export const cos: Unary = unary("cos", {
  onnx: "Cos",
  scalar: (m, x) => m.cos(x),
  vjp: (g, x) => neg(mul(g, sin(x))),
  fold: Math.cos,
});
export const tan: Unary = unary("tan", {
  vjp: (g, _, y) => mul(g, add(1, square(y))),
  fold: Math.tan,
  compose: (x) => div(sin(x), cos(x)),
});
export const atan: Unary = unary("atan", {
  onnx: "Atan",
  scalar: (m, x) => m.atan(x),
  composeFor: ["float64"],
  vjp: (g, x) => div(g, add(1, square(x))),
  fold: Math.atan,
  compose: (x) => atanSeries(x),
});

export const tanh: Unary = unary("tanh", {
  onnx: "Tanh",
  scalar: (m, x) => m.tanh(x),
  vjp: (g, _, y) => mul(g, sub(1, square(y))),
  fold: Math.tanh,
});
export const sinh: Unary = unary("sinh", {
  vjp: (g, x) => mul(g, cosh(x)),
  fold: Math.sinh,
  // Through expm1 of |x|, so that nothing cancels: sinh |x| = (u + u/(u + 1)) / 2 with u = expm1 |x|.
  compose(x) {
    const u = expm1(abs(x));
    const small = mul(0.5, add(u, div(u, add(u, 1))));
    return mul(sign(x), where(less(20, abs(x)), halfExp(abs(x)), small));
  },
});
export const cosh: Unary = unary("cosh", {
  vjp: (g, x) => mul(g, sinh(x)),
  fold: Math.cosh,
  compose: (x) => add(halfExp(abs(x)), halfExp(neg(abs(x)))),
});

/** Logistic function `1 / (1 + exp(−x))`. */
export const sigmoid: Unary = unary("sigmoid", {
  onnx: "Sigmoid",
  scalar: (m, x) => m.sigmoid(x),
  // The engine fuses x · Sigmoid(x) into an operator it has no double precision kernel for.
  composeFor: ["float64"],
  compose: (x) => reciprocal(add(1, exp(neg(x)))),
  vjp: (g, _, y) => mul(g, mul(y, sub(1, y))),
  fold: (x) => 1 / (1 + Math.exp(-x)),
});

/**
 * `xᵖ` for a fixed exponent. Whole exponents from −4 to 4 are products, so negative bases are allowed there and
 * `x⁰ = 1` for every x; any other exponent gives NaN for a negative base.
 */
export function pow(x: Expr, p: number): Expr {
  if (Number.isInteger(p) && p >= 0 && p <= 4) {
    if (p === 0) return broadcastTo(scalar(1, x.dtype), x.shape);
    return p === 1 ? x : p === 2 ? square(x) : p === 3 ? mul(square(x), x) : square(square(x));
  }
  if (p === 0.5) return sqrt(x);
  if (Number.isInteger(p) && p >= -4 && p < 0) return reciprocal(pow(x, -p));
  return apply1(powOp, [x] as const, p);
}

/** Its derivative is a power again: `y / x` would be no number at 0, where it is 0 for exponents above 1. */
const powOp: Op<number, readonly [Expr]> = {
  name: "pow",
  infer([x]) {
    expectFloat("pow", x);
    return one(x.shape, x.dtype);
  },
  simplify: ([x], p) => (constantValue(x) === undefined ? null : [exp(mul(p, log(x)))]),
  vjp: (g, { inputs: [x], params: p }) => [mul(g, mul(p, pow(x, p - 1)))],
  compose: ({ inputs: [x], params: p }) => [exp(mul(p, log(x)))],
};

/** Sum of several operands, expressions first, left to right. @throws ShapeError when none is an expression. */
export function addAll(terms: readonly Operand[]): Expr {
  const [first, ...rest] = terms.filter(isExpr);
  if (first === undefined) throw new ShapeError("addAll: at least one operand must be an expression");
  return [...rest, ...terms.filter((t) => !isExpr(t))].reduce<Expr>((s, t) => add(s, t), first);
}

/** `eˣ / 2` as `e^{x/2} e^{x/2} / 2`: halving x is exact, and nothing overflows before the result does. */
function halfExp(x: Expr): Expr {
  const root = exp(mul(0.5, x));
  return mul(mul(0.5, root), root);
}

/** Arctangent in double precision: three half-angle steps, then the odd series, all in operations with kernels. */
function atanSeries(x: Expr): Expr {
  const half = (t: Expr): Expr => div(t, add(1, sqrt(add(1, square(t)))));
  // Beyond 1e100 the angle is π/2 to rounding, and the square would overflow.
  const bounded = where(less(1e100, abs(x)), mul(1e100, sign(x)), x);
  const t = half(half(half(bounded)));
  const t2 = square(t);
  let series: Expr = mul(0, t);
  for (let k = 19; k >= 0; k--) series = add((k % 2 === 0 ? 1 : -1) / (2 * k + 1), mul(t2, series));
  return mul(8, mul(t, series));
}

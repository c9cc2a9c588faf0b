/** Minima, maxima, order. Ties share the derivative equally, so gradients stay those of a symmetric function. */

import { apply, apply1, type Expr, type Op, type Operand, one } from "../ir/expr.js";
import { expectFloat, normalizeAxes, normalizeAxis } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { showShape, sizeOf, tensor } from "../util/tensor.js";
import { div, mul, neg } from "./arithmetic.js";
import { type Binary, binary } from "./elementwise.js";
import { scatterAlongAxis } from "./indexing.js";
import { cast, constant } from "./leaf.js";
import { equal, less, where } from "./logic.js";
import * as loops from "./loops/order.js";
import { allAxes, broadcastTo, keptShape, reshape, slice, sum } from "./shape.js";

/** The share of `a` in the derivative of max(a, b): 1 where it wins, ½ at a tie. */
const share = (wins: Expr, ties: Expr, g: Expr): Expr => where(ties, mul(0.5, g), where(wins, g, 0));

export const maximum: Binary = binary("maximum", {
  onnx: "Max",
  scalar: (m, a, b) => m.max(a, b),
  vjp: (g, a, b) => [share(less(b, a), equal(a, b), g), share(less(a, b), equal(a, b), g)],
  fold: Math.max,
});

export const minimum: Binary = binary("minimum", {
  onnx: "Min",
  scalar: (m, a, b) => m.min(a, b),
  vjp: (g, a, b) => [share(less(a, b), equal(a, b), g), share(less(b, a), equal(a, b), g)],
  fold: Math.min,
});

/** Keep within bounds. Never used to hide a divergence: a NaN stays a NaN. */
export const clip = (x: Expr, low: Operand, high: Operand): Expr => minimum(maximum(x, low), high);

const maxOp: Op<readonly number[], readonly [Expr]> = {
  name: "max",
  infer([x], axes) {
    expectFloat("max", x);
    return one(
      x.shape.filter((_, i) => !axes.includes(i)),
      x.dtype,
    );
  },
  simplify: ([x], axes) => (axes.length === 0 ? [x] : null),
  vjp(g, { inputs: [x], params: axes, outputs: [y] }) {
    const kept = keptShape(x.shape, axes);
    const isMax = cast(equal(x, reshape(y!, kept)), x.dtype);
    return [mul(isMax, broadcastTo(div(reshape(g, kept), reshape(sum(isMax, axes), kept)), x.shape))];
  },
  lower: (to, [x], { params }) => [to.node("ReduceMax", [x!, to.ints(params)], { keepdims: { int: 0 } })],
  kernel: { reduce: "max", axes: ({ params }) => params },
};

/** Largest element over axes; over all of them unless said. */
export const max = (x: Expr, axes: number | readonly number[] = allAxes(x)): Expr =>
  apply1(maxOp, [x] as const, normalizeAxes("max", axes, x.shape.length));

/** Smallest element over axes; over all of them unless said. */
export function min(x: Expr, axes: number | readonly number[] = allAxes(x)): Expr {
  expectFloat("min", x);
  return neg(max(neg(x), normalizeAxes("min", axes, x.shape.length)));
}

const argmaxOp: Op<number, readonly [Expr]> = {
  name: "argmax",
  infer([x], axis) {
    expectFloat("argmax", x);
    if (x.shape[axis] === 0) throw new ShapeError(`argmax: axis ${axis} of ${showShape(x.shape)} has no elements`);
    return one(
      x.shape.filter((_, i) => i !== axis),
      "int64",
    );
  },
  lower: (to, [x], { params }) => [to.node("ArgMax", [x!], { axis: { int: params }, keepdims: { int: 0 } })],
  kernel: { loops: loops.argmax },
};

/**
 * Index of the largest element along an axis, the first of equals. int64, no derivative. NaN is passed over but where it
 * comes first; of a vector ONNX Runtime gives the first NaN instead. @throws ShapeError when the axis is empty.
 */
export const argmax = (x: Expr, axis = -1): Expr =>
  apply1(argmaxOp, [x] as const, normalizeAxis("argmax", axis, x.shape.length));

/** Index of the smallest element along an axis, the first of equals. int64, no derivative. */
export function argmin(x: Expr, axis = -1): Expr {
  expectFloat("argmin", x);
  return argmax(neg(x), normalizeAxis("argmin", axis, x.shape.length));
}

const sortOp: Op<number, readonly [Expr]> = {
  name: "sort",
  infer([x]) {
    expectFloat("sort", x);
    return [
      { shape: x.shape, dtype: x.dtype },
      { shape: x.shape, dtype: "int64" },
    ];
  },
  // ONNX Runtime divides by the number of lines, and ends the process where there are none.
  simplify: ([x]) =>
    x.dtype.startsWith("float") && sizeOf(x.shape) === 0 ? [x, constant(tensor(new BigInt64Array(0), x.shape))] : null,
  vjpAll: ([g], { outputs: [, order], params: axis }) => [g ? scatterAlongAxis(g, order!, axis, g.shape[axis]!) : null],
  lower: (to, [x], { inputs: [e], params }) =>
    to.nodes("TopK", [x!, to.ints([e.shape[params]!])], 2, { axis: { int: params }, largest: { int: 0 } }),
  kernel: { loops: loops.sort },
};

/**
 * Ascending order along an axis: the sorted values, and where each came from (int64). Equals stay in their order. NaN
 * comes last; in ONNX Runtime a line with NaN has no order at all.
 */
export function sort(x: Expr, axis = -1): { values: Expr; order: Expr } {
  const [values, order] = apply(sortOp, [x] as const, normalizeAxis("sort", axis, x.shape.length));
  return { values: values!, order: order! };
}

/** The `k`-th smallest element along an axis, `k` from 0. @throws ShapeError when there are not so many. */
export function orderStatistic(x: Expr, k: number, axis = -1): Expr {
  const a = normalizeAxis("orderStatistic", axis, x.shape.length);
  if (!(Number.isInteger(k) && k >= 0 && k < x.shape[a]!))
    throw new ShapeError(
      `orderStatistic: there is no element ${k} among the ${x.shape[a]} along axis ${a} of ${showShape(x.shape)}`,
    );
  const picked = slice(sort(x, a).values, a, k, k + 1);
  return reshape(
    picked,
    x.shape.filter((_, i) => i !== a),
  );
}

/** Reading by computed positions, its derivative (adding at positions), one-hot vectors, running sums. */

import { apply1, type Expr, type Op, one } from "../ir/expr.js";
import { expectFloat, expectNumber, normalizeAxis, sameDType, showType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { allocate, type Shape, sameShape, showShape, type Tensor, tensor } from "../util/tensor.js";
import { arange, cast, scalar } from "./leaf.js";
import { equal } from "./logic.js";
import * as loops from "./loops/indexing.js";
import { broadcastTo, expandDims, flip } from "./shape.js";

function expectIndices(op: string, indices: Expr): void {
  if (indices.dtype !== "int64") throw new ShapeError(`${op}: indices must be int64, got ${showType(indices)}`);
}

const gatherOp: Op<number, readonly [Expr, Expr]> = {
  name: "gather",
  infer([x, indices], axis) {
    expectIndices("gather", indices);
    return one([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
  },
  vjp: (g, { inputs: [x, indices], params: axis }) => [scatterAdd(g, indices, axis, x.shape[axis]!), null],
  lower: (to, [x, indices], { params }) => [to.node("Gather", [x!, indices!], { axis: { int: params } })],
  kernel: { loops: loops.gather },
};

/** Whole slices of `x` along an axis at the given positions; negative positions count from the end. */
export const gather = (x: Expr, indices: Expr, axis = 0): Expr =>
  apply1(gatherOp, [x, indices] as const, normalizeAxis("gather", axis, x.shape.length));

interface ScatterParams {
  readonly axis: number;
  readonly size: number;
}

const scatterOp: Op<ScatterParams, readonly [Expr, Expr]> = {
  name: "scatterAdd",
  infer([x, indices], { axis, size }) {
    expectIndices("scatterAdd", indices);
    expectFloat("scatterAdd", x);
    const rank = indices.shape.length;
    if (!sameShape(x.shape.slice(axis, axis + rank), indices.shape))
      throw new ShapeError(
        `scatterAdd: ${showShape(x.shape)} does not hold indices ${showShape(indices.shape)} at axis ${axis}`,
      );
    return one([...x.shape.slice(0, axis), size, ...x.shape.slice(axis + rank)], x.dtype);
  },
  vjp: (g, { inputs: [, indices], params: { axis } }) => [gather(g, indices, axis), null],
  // ONNX adds along the first axis of a tensor, so the axis is brought to the front and back.
  lower(to, [x, indices], { inputs: [e, i], outputs: [y], params: { axis, size } }) {
    const rank = i.shape.length;
    const rest = [...e.shape.slice(0, axis), ...e.shape.slice(axis + rank)];
    const front = [...i.shape.map((_, k) => axis + k), ...rest.map((_, k) => (k < axis ? k : k + rank))];
    const updates = to.node("Transpose", [x!], { perm: { ints: front } });
    const at = to.node("Unsqueeze", [indices!, to.ints([rank])]);
    const zeros = to.node("Expand", [to.constant(zero(e)), to.ints([size, ...rest])]);
    const added = to.node("ScatterND", [zeros, at, updates], { reduction: { string: "add" } });
    const back = y!.shape.map((_, k) => (k < axis ? k + 1 : k === axis ? 0 : k));
    return [to.node("Transpose", [added], { perm: { ints: back } })];
  },
  kernel: { loops: loops.scatterAdd },
};

const zero = (e: Expr): Tensor => tensor(allocate(e.dtype, 1), []);

/**
 * A tensor of zeros with `size` slices along `axis`, to which slices of `x` are added at the given positions: the
 * derivative of `gather`. The axis is one of the result's; negative positions count from the end.
 * @throws ShapeError when `x` does not have the axes of the indices there.
 */
export const scatterAdd = (x: Expr, indices: Expr, axis: number, size: number): Expr =>
  apply1(scatterOp, [x, indices] as const, {
    axis: normalizeAxis("scatterAdd", axis, x.shape.length - indices.shape.length + 1),
    size,
  });

const takeOp: Op<number, readonly [Expr, Expr]> = {
  name: "takeAlongAxis",
  infer([x, indices], axis) {
    expectIndices("takeAlongAxis", indices);
    if (x.shape.length !== indices.shape.length || x.shape.some((n, i) => i !== axis && n !== indices.shape[i]))
      throw new ShapeError(
        `takeAlongAxis: ${showShape(x.shape)} and indices ${showShape(indices.shape)} differ beside axis ${axis}`,
      );
    return one(indices.shape, x.dtype);
  },
  vjp: (g, { inputs: [x, indices], params: axis }) => [scatterAlongAxis(g, indices, axis, x.shape[axis]!), null],
  lower: (to, [x, indices], { params }) => [to.node("GatherElements", [x!, indices!], { axis: { int: params } })],
  kernel: { loops: loops.takeAlongAxis },
};

/** `y[…, i, …] = x[…, indices[…, i, …], …]`: one position per element along an axis. */
export const takeAlongAxis = (x: Expr, indices: Expr, axis = -1): Expr =>
  apply1(takeOp, [x, indices] as const, normalizeAxis("takeAlongAxis", axis, x.shape.length));

const scatterAlongOp: Op<ScatterParams, readonly [Expr, Expr]> = {
  name: "scatterAlongAxis",
  infer([x, indices], { axis, size }) {
    expectIndices("scatterAlongAxis", indices);
    expectFloat("scatterAlongAxis", x);
    if (!sameShape(x.shape, indices.shape))
      throw new ShapeError(`scatterAlongAxis: ${showShape(x.shape)} and indices ${showShape(indices.shape)} differ`);
    return one(
      x.shape.map((n, i) => (i === axis ? size : n)),
      x.dtype,
    );
  },
  vjp: (g, { inputs: [, indices], params: { axis } }) => [takeAlongAxis(g, indices, axis), null],
  lower(to, [x, indices], { inputs: [e], outputs: [y], params: { axis } }) {
    const zeros = to.node("Expand", [to.constant(zero(e)), to.ints(y!.shape)]);
    const attributes = { axis: { int: axis }, reduction: { string: "add" } };
    return [to.node("ScatterElements", [zeros, indices!, x!], attributes)];
  },
  kernel: { loops: loops.scatterAlongAxis },
};

/** The derivative of `takeAlongAxis`: elements added at positions along an axis of the given size. */
export const scatterAlongAxis = (x: Expr, indices: Expr, axis: number, size: number): Expr =>
  apply1(scatterAlongOp, [x, indices] as const, {
    axis: normalizeAxis("scatterAlongAxis", axis, x.shape.length),
    size,
  });

/** 1 at each index and 0 elsewhere, along a new last axis: `(…)` int64 → `(…, n)`. */
export function oneHot(indices: Expr, n: number, dtype: "float32" | "float64" = "float32"): Expr {
  expectIndices("oneHot", indices);
  return cast(equal(expandDims(indices, -1), arange(n, "int64")), dtype);
}

const cumsumOp: Op<number, readonly [Expr]> = {
  name: "cumsum",
  infer([x]) {
    expectNumber("cumsum", x);
    return one(x.shape, x.dtype);
  },
  vjp: (g, { params: axis }) => [flip(cumsum(flip(g, axis), axis), axis)],
  lower: (to, [x], { params }) => [
    to.node("CumSum", [x!, to.constant({ dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(params)) })]),
  ],
  kernel: { loops: loops.cumsum },
};

/** Running sum along an axis, the element itself included. */
export const cumsum = (x: Expr, axis = -1): Expr =>
  apply1(cumsumOp, [x] as const, normalizeAxis("cumsum", axis, x.shape.length));

/** A tensor filled with one number. */
export const full = (shape: Shape, value: number, dtype: "float32" | "float64" = "float32"): Expr =>
  broadcastTo(scalar(value, dtype), shape);

/** Zeros of the type of another expression. */
export const zerosLike = (x: Expr): Expr => broadcastTo(scalar(0, sameDType("zerosLike", [x])), x.shape);

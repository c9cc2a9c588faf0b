/** Operations that move elements without computing, and the sums that are their derivatives. */

import { apply1, type Expr, isResultOf, type Op, one } from "../ir/expr.js";
import { broadcastsTo, expectNumber, normalizeAxes, normalizeAxis, sameDType, spreadAxes } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { allocate, type Shape, sameShape, showShape, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { alignLast } from "./align-last.js";
import * as layouts from "./layouts.js";
import { constantValue, scalar } from "./leaf.js";

const broadcastOp: Op<Shape, readonly [Expr]> = {
  name: "broadcastTo",
  spreads: true,
  infer([x], shape) {
    if (!broadcastsTo(x.shape, shape))
      throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not broadcast to ${showShape(shape)}`);
    return one(shape, x.dtype);
  },
  simplify: ([x], shape) =>
    sameShape(x.shape, shape) ? [x] : x.node.op.spreads ? [broadcastTo(x.node.inputs[0]!, shape)] : null,
  vjp: (g, { inputs: [x] }) => [sumTo(g, x.shape)],
  lower: (to, [x], { params }) => [to.node("Expand", [x!, to.ints(params)])],
  kernel: { view: layouts.broadcast },
};

/** Repeat along axes of size one and along new leading axes. @throws ShapeError when the shapes do not fit. */
export const broadcastTo = (x: Expr, shape: Shape): Expr => apply1(broadcastOp, [x] as const, shape);

const sumOp: Op<readonly number[], readonly [Expr]> = {
  name: "sum",
  infer([x], axes) {
    expectNumber("sum", x);
    return one(
      x.shape.filter((_, i) => !axes.includes(i)),
      x.dtype,
    );
  },
  simplify: ([x], axes) => (axes.length === 0 ? [x] : null),
  vjp: (g, { inputs: [x], params: axes }) => [broadcastTo(reshape(g, keptShape(x.shape, axes)), x.shape)],
  lower(to, [x], { inputs: [e], params }) {
    const summed = to.steadyRows ? alignLast(to, x!, e, params) : x!;
    return [to.node("ReduceSum", [summed, to.ints(params)], { keepdims: { int: 0 } })];
  },
  kernel: { reduce: "add", axes: ({ params }) => params },
};

/** The shape with the axes kept at size one. */
export const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((n, i) => (axes.includes(i) ? 1 : n));

export const allAxes = (x: Expr): number[] => x.shape.map((_, i) => i);

/** Sum over axes; over all of them unless said. */
export const sum = (x: Expr, axes: number | readonly number[] = allAxes(x)): Expr =>
  apply1(sumOp, [x] as const, normalizeAxes("sum", axes, x.shape.length));

/** Sum a tensor down to a shape that broadcasts to its own: the derivative of broadcasting. */
export function sumTo(x: Expr, shape: Shape): Expr {
  if (sameShape(x.shape, shape)) return x;
  return reshape(sum(x, spreadAxes(shape, x.shape)), shape);
}

const reshapeOp: Op<Shape, readonly [Expr]> = {
  name: "reshape",
  views: true,
  infer([x], shape) {
    if (sizeOf(shape) !== sizeOf(x.shape))
      throw new ShapeError(
        `reshape: ${showShape(x.shape)} has ${sizeOf(x.shape)} elements, ${showShape(shape)} needs ${sizeOf(shape)}`,
      );
    return one(shape, x.dtype);
  },
  simplify([x], shape) {
    if (sameShape(x.shape, shape)) return [x];
    return isResultOf(reshapeOp, x) ? [reshape(x.node.inputs[0], shape)] : null;
  },
  vjp: (g, { inputs: [x] }) => [reshape(g, x.shape)],
  // ONNX reads a 0 as the operand's size there, unless told that it means none.
  lower: (to, [x], { params }) => [
    to.node("Reshape", [x!, to.ints(params)], params.includes(0) ? { allowzero: { int: 1 } } : {}),
  ],
  kernel: { view: layouts.reshape },
};

/** The same elements in another shape. A constant with equal elements stays one, whatever its shape. */
export function reshape(x: Expr, shape: Shape): Expr {
  const value = sizeOf(x.shape) === sizeOf(shape) ? constantValue(x) : undefined;
  if (value !== undefined && x.dtype.startsWith("float")) return broadcastTo(scalar(value, x.dtype), shape);
  return apply1(reshapeOp, [x] as const, shape);
}

/** Insert an axis of size one. */
export function expandDims(x: Expr, axis: number): Expr {
  const a = normalizeAxis("expandDims", axis, x.shape.length + 1);
  return reshape(x, [...x.shape.slice(0, a), 1, ...x.shape.slice(a)]);
}

/** Drop an axis of size one. @throws ShapeError when it has another size. */
export function squeeze(x: Expr, axis: number): Expr {
  const a = normalizeAxis("squeeze", axis, x.shape.length);
  if (x.shape[a] !== 1)
    throw new ShapeError(`squeeze: axis ${axis} of ${showShape(x.shape)} has size ${x.shape[a]}, expected 1`);
  return reshape(
    x,
    x.shape.filter((_, i) => i !== a),
  );
}

const transposeOp: Op<readonly number[], readonly [Expr]> = {
  name: "transpose",
  infer: ([x], perm) =>
    one(
      perm.map((p) => x.shape[p]!),
      x.dtype,
    ),
  simplify([x], perm) {
    if (perm.every((p, i) => p === i)) return [x];
    if (!isResultOf(transposeOp, x)) return null;
    const { inputs, params: inner } = x.node;
    return [
      transpose(
        inputs[0],
        perm.map((p) => inner[p]!),
      ),
    ];
  },
  vjp: (g, { params: perm }) => [
    transpose(
      g,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ],
  lower: (to, [x], { params }) => [to.node("Transpose", [x!], { perm: { ints: params } })],
  kernel: { view: layouts.transpose },
};

/** Permute axes: axis `i` of the result is axis `perm[i]` of `x`; reversed unless said. @throws ShapeError */
export function transpose(x: Expr, perm: readonly number[] = allAxes(x).reverse()): Expr {
  const p = perm.map((a) => normalizeAxis("transpose", a, x.shape.length));
  if (p.length !== x.shape.length || new Set(p).size !== p.length)
    throw new ShapeError(
      `transpose: ${JSON.stringify(perm)} does not permute the ${x.shape.length} axes of ${showShape(x.shape)}`,
    );
  return apply1(transposeOp, [x] as const, p);
}

const concatOp: Op<number> = {
  name: "concat",
  infer(xs, axis) {
    const dtype = sameDType("concat", xs);
    const [first] = xs;
    for (const x of xs)
      if (x.shape.length !== first!.shape.length || x.shape.some((n, i) => i !== axis && n !== first!.shape[i]))
        throw new ShapeError(
          `concat: shapes ${xs.map((e) => showShape(e.shape)).join(", ")} differ beside axis ${axis}`,
        );
    const length = xs.reduce((s, x) => s + x.shape[axis]!, 0);
    return one(first!.shape.with(axis, length), dtype);
  },
  simplify: (xs) => (xs.length === 1 ? xs : null),
  vjp(g, { inputs, params: axis }) {
    const starts = layouts.starts(inputs, axis);
    return inputs.map((x, i) => slice(g, axis, starts[i]!, starts[i]! + x.shape[axis]!));
  },
  lower: (to, xs, { params }) => [to.node("Concat", xs, { axis: { int: params } })],
  kernel: { place: ({ inputs, params: axis }) => ({ axis, starts: layouts.starts(inputs, axis) }) },
};

/** Join along an axis. @throws ShapeError when the other axes differ or nothing is given. */
export function concat(xs: readonly Expr[], axis = 0): Expr {
  if (xs.length === 0) throw new ShapeError("concat: nothing to join");
  return apply1(concatOp, xs, normalizeAxis("concat", axis, xs[0]!.shape.length));
}

/** Join along a new axis. */
export const stack = (xs: readonly Expr[], axis = 0): Expr =>
  concat(
    xs.map((x) => expandDims(x, axis)),
    axis,
  );

interface SliceParams {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

const sliceOp: Op<SliceParams, readonly [Expr]> = {
  name: "slice",
  infer([x], { axis, start, end }) {
    const n = x.shape[axis]!;
    if (!(start >= 0 && start < end && end <= n))
      throw new ShapeError(`slice: ${start} to ${end} is not inside axis ${axis} of ${showShape(x.shape)}`);
    return one(x.shape.with(axis, end - start), x.dtype);
  },
  simplify([x], { axis, start, end }) {
    if (start === 0 && end === x.shape[axis]) return [x];
    if (!isResultOf(sliceOp, x) || x.node.params.axis !== axis) return null;
    const { inputs, params: inner } = x.node;
    return [slice(inputs[0], axis, inner.start + start, inner.start + end)];
  },
  vjp: (g, { inputs: [x], params: { axis, start, end } }) => [pad(g, axis, start, x.shape[axis]! - end)],
  lower: (to, [x], { params: { axis, start, end } }) => [
    to.node("Slice", [x!, to.ints([start]), to.ints([end]), to.ints([axis])]),
  ],
  kernel: { view: layouts.slice },
};

/** Elements `start` to `end − 1` along one axis; negative positions count from the end. @throws ShapeError */
export function slice(x: Expr, axis: number, start: number, end: number = x.shape.at(axis) ?? 0): Expr {
  const a = normalizeAxis("slice", axis, x.shape.length);
  const n = x.shape[a]!;
  const from = start < 0 ? start + n : start;
  const to = end < 0 ? end + n : end;
  if (x.node.op.spreads && constantValue(x) !== undefined && from >= 0 && from < to && to <= n)
    return broadcastTo(scalar(constantValue(x)!, x.dtype), x.shape.with(a, to - from));
  return apply1(sliceOp, [x] as const, { axis: a, start: from, end: to });
}

interface PadParams {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

const padOp: Op<PadParams, readonly [Expr]> = {
  name: "pad",
  infer([x], { axis, before, after }) {
    expectNumber("pad", x);
    return one(x.shape.with(axis, x.shape[axis]! + before + after), x.dtype);
  },
  simplify: ([x], { before, after }) => (before === 0 && after === 0 ? [x] : null),
  vjp: (g, { inputs: [x], params: { axis, before } }) => [slice(g, axis, before, before + x.shape[axis]!)],
  lower: (to, [x], { inputs: [e], params: { axis, before, after } }) => [
    to.node("Pad", [x!, to.ints([before, after]), to.constant(zeroOf(e)), to.ints([axis])]),
  ],
  kernel: { place: ({ params: { axis, before } }) => ({ axis, starts: [before] }) },
  // Slices of one tensor, such as the leaves of a parameter vector, send back zero-padded pieces: disjoint pieces are
  // joined by one concatenation instead of being added at full size.
  accumulate(terms) {
    const axis = (terms[0]!.node.params as PadParams).axis;
    if (terms.some((t) => (t.node.params as PadParams).axis !== axis)) return null;
    const pieces = terms
      .map((t) => ({ start: (t.node.params as PadParams).before, body: t.node.inputs[0]! }))
      .sort((a, b) => a.start - b.start);
    const whole = terms[0]!;
    const parts: Expr[] = [];
    let filled = 0;
    for (const { start, body } of pieces) {
      if (start < filled) return null;
      if (start > filled) parts.push(zerosLike(whole, axis, start - filled));
      parts.push(body);
      filled = start + body.shape[axis]!;
    }
    const rest = whole.shape[axis]! - filled;
    if (rest > 0) parts.push(zerosLike(whole, axis, rest));
    return concat(parts, axis);
  },
};

const zeroOf = (e: Expr): Tensor => tensor(allocate(e.dtype, 1), []);

const zerosLike = (e: Expr, axis: number, n: number): Expr => broadcastTo(scalar(0, e.dtype), e.shape.with(axis, n));

/** Add `before` and `after` zeros along one axis. @throws ShapeError on negative counts. */
export function pad(x: Expr, axis: number, before: number, after: number): Expr {
  if (before < 0 || after < 0) throw new ShapeError(`pad: counts must not be negative, got ${before} and ${after}`);
  return apply1(padOp, [x] as const, { axis: normalizeAxis("pad", axis, x.shape.length), before, after });
}

const flipOp: Op<number, readonly [Expr]> = {
  name: "flip",
  infer: ([x]) => one(x.shape, x.dtype),
  vjp: (g, { params }) => [flip(g, params)],
  // Slicing with step −1 from the last element to before the first, which ONNX spells as the smallest int32.
  lower: (to, [x], { params }) => [
    to.node("Slice", [x!, to.ints([-1]), to.ints([-2147483648]), to.ints([params]), to.ints([-1])]),
  ],
  kernel: { view: layouts.flip },
};

/** Reverse the order along one axis. */
export const flip = (x: Expr, axis: number): Expr =>
  apply1(flipOp, [x] as const, normalizeAxis("flip", axis, x.shape.length));

/** What a caller who is wrong is told: the operation, what was given, what was expected. */

import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import * as ops from "../../src/ops/index.js";
import { ShapeError } from "../../src/util/errors.js";
import type { DType } from "../../src/util/tensor.js";

const x = (dtype: DType, ...shape: number[]): Expr => ops.input("x", shape, dtype);
const f = (...shape: number[]): Expr => x("float32", ...shape);
const int = (...shape: number[]): Expr => x("int64", ...shape);
const bool = (...shape: number[]): Expr => x("bool", ...shape);

const table: Readonly<Record<string, () => unknown>> = {
  // Broadcasting and dtypes of elementwise operations.
  "add: shapes (2, 3) and (4) do not broadcast: axis -1 has 3 and 4": () => ops.add(f(2, 3), f(4)),
  "mul: operands are float32 (2) and float64 (2): cast one": () => ops.mul(f(2), x("float64", 2)),
  "maximum: operands are float64 () and float32 (2)": () => ops.maximum(x("float64"), f(2)),
  "less: operands are int64 (2) and float32 (2)": () => ops.less(int(2), f(2)),
  "sub: at least one operand must be an expression": () => ops.sub(1, 2),
  "add: expected numbers, got bool (2)": () => ops.add(bool(2), bool(2)),
  "less: expected numbers, got bool (2)": () => ops.less(bool(2), bool(2)),
  "maximum: expected floating-point numbers, got int64 (2)": () => ops.maximum(int(2), int(2)),
  "minimum: expected floating-point numbers, got int64 ()": () => ops.minimum(ops.scalar(1, "int64"), 2),
  "add: 0.5 is not a whole number, as int64 needs": () => ops.add(int(2), 0.5),
  "exp: expected floating-point numbers, got int64 (2)": () => ops.exp(int(2)),
  "neg: expected floating-point numbers, got bool (2)": () => ops.neg(bool(2)),
  "finite: expected floating-point numbers, got int64 (2)": () => ops.finite(int(2)),
  "and: expected bool, got float32 (2)": () => ops.and(f(2), bool(2)),
  "or: shapes (2) and (3) do not broadcast": () => ops.or(bool(2), bool(3)),
  "not: expected bool, got int64 (1)": () => ops.not(int(1)),
  "where: the condition must be bool, got float32 (2)": () => ops.where(f(2), f(2), 0),
  "where: operands are float32 (2) and float64 (2)": () => ops.where(bool(2), f(2), x("float64", 2)),
  "where: shapes (2) and (3) and (3) do not broadcast": () => ops.where(bool(2), f(3), f(3)),
  "addAll: at least one operand must be an expression": () => ops.addAll([1, 2]),
  "scalar: 1.5 is not a whole number, as int64 needs": () => ops.scalar(1.5, "int64"),
  // Axes.
  "sum: axis 2 is out of range for an operand with 2 axes": () => ops.sum(f(2, 3), 2),
  "mean: axis -3 is out of range for an operand with 2 axes": () => ops.mean(f(2, 3), -3),
  "variance: axes 0, 0 name an axis twice": () => ops.variance(f(2, 3), [0, -2]),
  "max: axis 0 is out of range for an operand with 0 axes": () => ops.max(f(), 0),
  "logSumExp: axis 1 is out of range": () => ops.logSumExp(f(2), 1),
  "logSoftmax: axis -1 is out of range for an operand with 0 axes": () => ops.logSoftmax(f()),
  "softmax: axis -1 is out of range for an operand with 0 axes": () => ops.softmax(f()),
  "cumsum: axis 3 is out of range": () => ops.cumsum(f(2), 3),
  "flip: axis 1.5 is out of range": () => ops.flip(f(2, 2), 1.5),
  "min: axis 1 is out of range": () => ops.min(f(2), 1),
  "argmax: axis 1 is out of range": () => ops.argmax(f(2), 1),
  "argmax: axis 0 of (0, 3) has no elements": () => ops.argmax(f(0, 3), 0),
  "argmin: axis 1 is out of range": () => ops.argmin(f(2), 1),
  "sort: axis 1 is out of range": () => ops.sort(f(2), 1),
  "dot: operands need an axis, got () and ()": () => ops.dot(f(), f()),
  "orderStatistic: there is no element 3 among the 3 along axis 0 of (3)": () => ops.orderStatistic(f(3), 3),
  // Dtypes of reductions and the like.
  "sum: expected numbers, got bool (2)": () => ops.sum(bool(2)),
  "mean: expected floating-point numbers, got int64 (2)": () => ops.mean(int(2)),
  "max: expected floating-point numbers, got int64 (2)": () => ops.max(int(2)),
  "argmax: expected floating-point numbers, got bool (2)": () => ops.argmax(bool(2)),
  "argmin: expected floating-point numbers, got int64 (2)": () => ops.argmin(int(2)),
  "sort: expected floating-point numbers, got int64 (2)": () => ops.sort(int(2)),
  "cumsum: expected numbers, got bool (2)": () => ops.cumsum(bool(2)),
  "softmax: expected floating-point numbers, got int64 (2)": () => ops.softmax(int(2)),
  "pad: expected numbers, got bool (2)": () => ops.pad(bool(2), 0, 1, 1),
  "affine: expected floating-point numbers, got int64 (2, 3)": () => ops.affine(int(2, 3), int(3, 1), int(1)),
  "matmul: expected floating-point numbers, got int64 (2, 1)": () => ops.matmul(int(2, 1), int(1, 2)),
  "conv2d: expected floating-point numbers, got int64": () => ops.conv2d(int(1, 1, 3, 3), int(1, 1, 2, 2)),
  "scatterAdd: expected floating-point numbers, got int64 (2)": () => ops.scatterAdd(int(2), int(2), 0, 3),
  "scatterAlongAxis: expected floating-point numbers, got bool": () => ops.scatterAlongAxis(bool(2), int(2), 0, 3),
  // Shapes.
  "broadcastTo: (2, 3) does not broadcast to (3)": () => ops.broadcastTo(f(2, 3), [3]),
  "reshape: (2, 3) has 6 elements, (4) needs 4": () => ops.reshape(f(2, 3), [4]),
  "expandDims: axis 3 is out of range": () => ops.expandDims(f(2), 3),
  "squeeze: axis 0 of (2, 1) has size 2, expected 1": () => ops.squeeze(f(2, 1), 0),
  "transpose: [0,0] does not permute the 2 axes of (2, 3)": () => ops.transpose(f(2, 3), [0, 0]),
  "transpose: axis 2 is out of range": () => ops.transpose(f(2, 3), [0, 2]),
  "concat: nothing to join": () => ops.concat([]),
  "concat: shapes (2, 3), (2, 4) differ beside axis 0": () => ops.concat([f(2, 3), f(2, 4)]),
  "concat: operands are float32 (2) and float64 (2)": () => ops.concat([f(2), x("float64", 2)]),
  "concat: axis 0 is out of range for an operand with 0 axes": () => ops.concat([f(), f()]),
  "slice: 1 to 4 is not inside axis 0 of (3)": () => ops.slice(f(3), 0, 1, 4),
  "slice: 2 to 2 is not inside axis 0 of (3)": () => ops.slice(f(3), 0, 2, 2),
  "slice: axis 1 is out of range": () => ops.slice(f(3), 1, 0, 1),
  "pad: counts must not be negative, got -1 and 0": () => ops.pad(f(3), 0, -1, 0),
  // Positions.
  "gather: indices must be int64, got float32 (2)": () => ops.gather(f(3), f(2)),
  "scatterAdd: (2, 3) does not hold indices (3) at axis 0": () => ops.scatterAdd(f(2, 3), int(3), 0, 4),
  "scatterAdd: axis 2 is out of range for an operand with 2 axes": () => ops.scatterAdd(f(2, 3), int(3), 2, 4),
  "takeAlongAxis: (2, 3) and indices (3, 3) differ beside axis 1": () => ops.takeAlongAxis(f(2, 3), int(3, 3)),
  "takeAlongAxis: indices must be int64, got bool": () => ops.takeAlongAxis(f(2, 3), bool(2, 3)),
  "scatterAlongAxis: (2, 3) and indices (2, 2) differ": () => ops.scatterAlongAxis(f(2, 3), int(2, 2), 1, 3),
  "oneHot: indices must be int64, got float32 (2)": () => ops.oneHot(f(2), 3),
  // Products.
  "matmul: operands need two axes or more, got (3)": () => ops.matmul(f(2, 3), f(3)),
  "matmul: (2, 3) times (2, 3): inner sizes 3 and 2 differ": () => ops.matmul(f(2, 3), f(2, 3)),
  "matmul: (8, 3) times (2, 2): inner sizes 3 and 2 differ": () => ops.matmul(ops.mul(f(8, 3), f(3)), f(2, 2)),
  "matmul: (4, 1) times (2, 1): inner sizes 1 and 2 differ": () => ops.matmul(f(4, 1), f(2, 1)),
  "matmul: (2, 3)ᵀ times (3, 2): inner sizes 2 and 3 differ": () => ops.matmul(f(2, 3), f(3, 2), { transposeA: true }),
  "matmul: shapes (2) and (3) do not broadcast": () => ops.matmul(f(2, 4, 3), f(3, 3, 4)),
  "matmul: operands are float32 (2, 1) and float64 (1, 2)": () => ops.matmul(f(2, 1), x("float64", 1, 2)),
  "affine: x (2, 3), weight (4, 1), bias (1) do not fit (n, in), (in, out), (out)": () =>
    ops.affine(f(2, 3), f(4, 1), f(1)),
  "affine: x (2, 3), weight (3, 1), bias (3) do not fit (n, in), (out, in), (out)": () =>
    ops.affine(f(2, 3), f(3, 1), f(3), { transposeWeight: true }),
  "affine: x (2, 3), weight (3), bias (3) do not fit (n, in), (in, out), (out)": () => ops.affine(f(2, 3), f(3), f(3)),
  "conv2d: images (1, 2, 5, 5) and kernels (1, 3, 3, 3): expected (n, in, h, w) and (out, in, kh, kw)": () =>
    ops.conv2d(f(1, 2, 5, 5), f(1, 3, 3, 3)),
  "conv2d: a kernel of 5×2 does not fit an image of 3×3 with padding 0": () => ops.conv2d(f(1, 1, 3, 3), f(1, 1, 5, 2)),
  "conv2d: stride 0 and padding 0: expected whole numbers, stride from 1, padding from 0": () =>
    ops.conv2d(f(1, 1, 3, 3), f(1, 1, 2, 2), { stride: 0 }),
  "conv2d: operands are float32 (1, 1, 3, 3) and float64 (1, 1, 2, 2)": () =>
    ops.conv2d(f(1, 1, 3, 3), x("float64", 1, 1, 2, 2)),
  "conv2d: a bias (3) of 2 channels: expected (2)": () => ops.conv2d(f(1, 1, 3, 3), f(2, 1, 2, 2), { bias: f(3) }),
  "conv2d: operands are float32 (1, 1, 3, 3) and float64 (2)": () =>
    ops.conv2d(f(1, 1, 3, 3), f(2, 1, 2, 2), { bias: x("float64", 2) }),
  "meanPool: images (1, 1, 3, 4) have no whole blocks of 2×2 pixels": () => ops.meanPool(f(1, 1, 3, 4), 2),
  "meanPool: images (3, 4): expected (n, c, h, w)": () => ops.meanPool(f(3, 4), 2),
  "meanPool: expected floating-point numbers, got int64": () => ops.meanPool(int(1, 1, 2, 2), 2),
  "repeatPixels: blocks of side 0.5: expected a whole number from 1": () => ops.repeatPixels(f(1, 1, 2, 2), 0.5),
  // Loops.
  "scan: an unknown number of steps: give xs or a length": () => ops.scan({ init: { s: f() } }, (state) => ({ state })),
  "scan: 0 steps": () => ops.scan({ init: { s: f() }, length: 0 }, (state) => ({ state })),
  "scan: 2.5 steps": () => ops.scan({ init: { s: f() }, length: 2.5 }, (state) => ({ state })),
  "scan: b is float32 (4), expected 3 steps": () =>
    ops.scan({ init: { s: f() }, xs: { a: f(3), b: f(4) } }, (state) => ({ state })),
  "scan: state s: expected float32 (), got float32 (2)": () =>
    ops.scan({ init: { s: f() }, length: 3 }, ({ s }) => ({ state: { s: ops.broadcastTo(s, [2]) } })),
  "scan: state s: expected int64 (), got float32 ()": () =>
    ops.scan({ init: { s: int() }, length: 3 }, ({ s }) => ({ state: { s: ops.cast(s, "float32") } })),
  // Derivatives.
  "grad: the differentiated value has shape (2), expected ()": () => grad(f(2), [f(2)]),
  "grad: expected floating-point numbers, got int64 ()": () => grad(int(), [f(2)]),
};

describe("a wrong call is refused at once, by name", () => {
  it.each(Object.entries(table))("%s", (message, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ShapeError);
    expect((thrown as Error).message).toContain(message);
    expect((thrown as Error).message).not.toContain("\n");
  });
});

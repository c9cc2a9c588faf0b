/** Means over blocks of pixels and pixels repeated to blocks: but for a factor each is the other's derivative. */

import { apply1, type Expr, type Op, one } from "../ir/expr.js";
import { expectFloat } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { showShape, tensor } from "../util/tensor.js";
import { div, mul } from "./arithmetic.js";
import { broadcastTo, reshape, sum } from "./shape.js";

/** ONNX Runtime pools and resizes single precision only. */
const isNative = (e: Expr): boolean => e.dtype === "float32";

const meanPoolOp: Op<number, readonly [Expr]> = {
  name: "meanPool",
  infer: ([x], k) => one([x.shape[0]!, x.shape[1]!, x.shape[2]! / k, x.shape[3]! / k], x.dtype),
  vjp: (g, { params: k }) => [repeatPixels(mul(1 / k ** 2, g), k)],
  lower: (to, [x], { params: k }) => [
    to.node("AveragePool", [x!], { kernel_shape: { ints: [k, k] }, strides: { ints: [k, k] } }),
  ],
  compose: ({ inputs: [x], params: k }) => (isNative(x) ? null : [pooled(x, k)]),
  kernel: { compose: ({ inputs: [x], params: k }) => [pooled(x, k)] },
};

const repeatPixelsOp: Op<number, readonly [Expr]> = {
  name: "repeatPixels",
  infer: ([x], k) => one([x.shape[0]!, x.shape[1]!, x.shape[2]! * k, x.shape[3]! * k], x.dtype),
  vjp: (g, { params: k }) => [mul(k ** 2, meanPool(g, k))],
  lower: (to, [x], { params: k }) => [
    to.node("Resize", [x!, "", to.constant(tensor(Float32Array.of(1, 1, k, k)))], {
      mode: { string: "nearest" },
      coordinate_transformation_mode: { string: "asymmetric" },
      nearest_mode: { string: "floor" },
    }),
  ],
  compose: ({ inputs: [x], params: k }) => (isNative(x) ? null : [repeated(x, k)]),
  kernel: { compose: ({ inputs: [x], params: k }) => [repeated(x, k)] },
};

function pooled(x: Expr, k: number): Expr {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return div(sum(reshape(x, [n, c, h / k, k, w / k, k]), [3, 5]), k ** 2);
}

function repeated(x: Expr, k: number): Expr {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return reshape(broadcastTo(reshape(x, [n, c, h, 1, w, 1]), [n, c, h, k, w, k]), [n, c, h * k, w * k]);
}

/** @throws ShapeError unless these are images, of floating-point numbers, and the side of a block is a whole number from 1. */
function expectImages(name: string, x: Expr, k: number): void {
  if (x.shape.length !== 4) throw new ShapeError(`${name}: images ${showShape(x.shape)}: expected (n, c, h, w)`);
  expectFloat(name, x);
  if (!(Number.isInteger(k) && k >= 1))
    throw new ShapeError(`${name}: blocks of side ${k}: expected a whole number from 1`);
}

/**
 * Means of blocks of `k × k` pixels, `(n, c, h, w) → (n, c, h/k, w/k)`.
 * @throws ShapeError when height or width is no multiple of k.
 */
export function meanPool(x: Expr, k: number): Expr {
  expectImages("meanPool", x, k);
  if (x.shape[2]! % k !== 0 || x.shape[3]! % k !== 0)
    throw new ShapeError(`meanPool: images ${showShape(x.shape)} have no whole blocks of ${k}×${k} pixels`);
  return k === 1 ? x : apply1(meanPoolOp, [x] as const, k);
}

/** Every pixel as a block of `k × k` of them, `(n, c, h, w) → (n, c, k h, k w)`. @throws ShapeError */
export function repeatPixels(x: Expr, k: number): Expr {
  expectImages("repeatPixels", x, k);
  return k === 1 ? x : apply1(repeatPixelsOp, [x] as const, k);
}

/**
 * Two-dimensional convolution and its two derivatives. Each is linear in both operands and the derivative of each is
 * made of the other two, so the family is closed: gradients of any order are convolutions.
 */

import { apply1, type Expr, type Op, one } from "../ir/expr.js";
import { expectFloat, sameDType } from "../ir/type.js";
import { ShapeError } from "../util/errors.js";
import { type Shape, sameShape, showShape } from "../util/tensor.js";
import { add, addAll } from "./arithmetic.js";
import { matmul } from "./linalg.js";
import { expandDims, flip, pad, reshape, slice, stack, sum, transpose } from "./shape.js";

export interface Convolution {
  /** Steps between windows, along height and width alike. */
  readonly stride: number;
  /** Zeros added on each side. */
  readonly padding: number;
}

interface Params extends Convolution {
  /** Height and width of the image. */
  readonly image: readonly [number, number];
  /** Height and width of the kernel. */
  readonly kernel: readonly [number, number];
}

const outSize = (n: number, k: number, { stride, padding }: Convolution): number =>
  Math.floor((n + 2 * padding - k) / stride) + 1;

const outShape = ({ image, kernel, ...c }: Params): [number, number] => [
  outSize(image[0], kernel[0], c),
  outSize(image[1], kernel[1], c),
];

const onnxAttributes = ({ stride, padding, kernel }: Params) => ({
  strides: { ints: [stride, stride] },
  pads: { ints: [padding, padding, padding, padding] },
  kernel_shape: { ints: kernel },
});

/** Whether each window is one pixel, and each pixel one window. */
const isPointwise = ({ stride, padding, kernel }: Params): boolean =>
  stride === 1 && padding === 0 && kernel[0] === 1 && kernel[1] === 1;

/** ONNX Runtime convolves single precision only; other widths are written as matrix products over windows. */
const isNative = (e: Expr): boolean => e.dtype === "float32";

/** Pixels beyond the last window, below and to the right. */
function unread(params: Params): [number, number] {
  const { image, kernel, stride, padding } = params;
  const left = (n: number, k: number, out: number): number => n + 2 * padding - k - (out - 1) * stride;
  const [h, v] = outShape(params);
  return [left(image[0], kernel[0], h), left(image[1], kernel[1], v)];
}

const convOp: Op<Params, readonly [Expr, Expr]> = {
  name: "conv2d",
  infer([x, w], p) {
    const [h, v] = outShape(p);
    return one([x.shape[0]!, w.shape[0]!, h, v], sameDType("conv2d", [x, w]));
  },
  vjp: (g, { inputs: [x, w], params }) => [convInput(g, w, params), convWeight(x, g, params)],
  lower: (to, [x, w], { params }) => [to.node("Conv", [x!, w!], onnxAttributes(params))],
  compose({ inputs: [x, w], params }) {
    if (isNative(x)) return null;
    const [o, c, kh, kw] = w.shape as [number, number, number, number];
    const y = matmul(reshape(w, [o, c * kh * kw]), windows(x, params));
    return [reshape(y, [x.shape[0]!, o, ...outShape(params)])];
  },
};

/** The same with a constant an output channel, `(out)`, in one pass. */
const convBiasOp: Op<Params, readonly [Expr, Expr, Expr]> = {
  name: "conv2dBias",
  infer([x, w, b], p) {
    sameDType("conv2d", [x, b]);
    return convOp.infer([x, w], p);
  },
  vjp: (g, { inputs: [x, w], params }) => [convInput(g, w, params), convWeight(x, g, params), sum(g, [0, 2, 3])],
  lower: (to, [x, w, b], { params }) => [to.node("Conv", [x!, w!, b!], onnxAttributes(params))],
  compose: ({ inputs: [x, w, b], params }) =>
    isNative(x) ? null : [add(convWith(x, w, params), reshape(b, [1, b.shape[0]!, 1, 1]))],
};

const convInputOp: Op<Params, readonly [Expr, Expr]> = {
  name: "conv2dInput",
  infer: ([g, w], { image }) => one([g.shape[0]!, w.shape[1]!, ...image], g.dtype),
  vjp: (t, { inputs: [g, w], params }) => [convWith(t, w, params), convWeight(t, g, params)],
  lower: (to, [g, w], { params }) => [
    to.node("ConvTranspose", [g!, w!], { ...onnxAttributes(params), output_padding: { ints: unread(params) } }),
  ],
  compose({ inputs: [g, w], params }) {
    if (isNative(g)) return null;
    const [n, o, h, v] = g.shape as [number, number, number, number];
    const columns = matmul(reshape(w, [o, w.shape[1]! * w.shape[2]! * w.shape[3]!]), reshape(g, [n, o, h * v]), {
      transposeA: true,
    });
    return [foldWindows(columns, [n, w.shape[1]!, ...params.image], params)];
  },
};

const convWeightOp: Op<Params, readonly [Expr, Expr]> = {
  name: "conv2dWeight",
  infer: ([x, g], { kernel }) => one([g.shape[1]!, x.shape[1]!, ...kernel], g.dtype),
  vjp: (t, { inputs: [x, g], params }) => [convInput(g, t, params), convWith(x, t, params)],
  // The correlation of the images with `g` as kernel, images in the place of channels and windows that step by pixels of
  // the kernel. Channels lie innermost, as pixels of wider rows: all of them are one convolution, which ONNX Runtime makes
  // block by block without writing its windows out.
  lower(to, [x, g], { inputs: [{ shape }], params }) {
    const [n, c, height, width] = shape as [number, number, number, number];
    const { stride, padding, kernel } = params;
    const ends = unread(params).map((left) => Math.max(padding - left, 0)) as [number, number];
    const rows = to.node("Transpose", [x!], { perm: { ints: [0, 2, 3, 1] } });
    const y = to.node(
      "Conv",
      [
        to.node("Reshape", [rows, to.ints([1, n, height, width * c])]),
        to.node("Transpose", [g!], { perm: { ints: [1, 0, 2, 3] } }),
      ],
      {
        kernel_shape: { ints: outShape(params) },
        dilations: { ints: [stride, stride * c] },
        pads: { ints: [padding, padding * c, ends[0], ends[1] * c] },
      },
    );
    const taps = to.node("Slice", [y, to.ints([0, 0]), to.ints([kernel[0], kernel[1] * c]), to.ints([2, 3])]);
    const split = to.node("Reshape", [taps, to.ints([-1, ...kernel, c])]);
    return [to.node("Transpose", [split], { perm: { ints: [0, 3, 1, 2] } })];
  },
  compose({ inputs: [x, g], params }) {
    const [n, o, h, v] = g.shape as [number, number, number, number];
    const c = x.shape[1]!;
    if (isPointwise(params)) {
      const products = matmul(reshape(g, [n, o, h * v]), reshape(x, [n, c, h * v]), { transposeB: true });
      return [reshape(sum(products, 0), [o, c, 1, 1])];
    }
    if (isNative(x)) return null;
    const columns = windows(x, params);
    const rows = reshape(transpose(reshape(g, [n, o, h * v]), [1, 0, 2]), [o, n * h * v]);
    const flat = reshape(transpose(columns, [1, 0, 2]), [columns.shape[1]!, n * h * v]);
    return [reshape(matmul(rows, flat, { transposeB: true }), [o, c, ...params.kernel])];
  },
};

const convWith = (x: Expr, w: Expr, p: Params): Expr => apply1(convOp, [x, w] as const, p);
const convWeight = (x: Expr, g: Expr, p: Params): Expr => apply1(convWeightOp, [x, g] as const, p);

/**
 * At a stride of one it is also a convolution, by the kernel turned around. That reads windows where the other way adds
 * to them, and is the faster unless it makes few channels of many.
 */
function convInput(g: Expr, w: Expr, p: Params): Expr {
  const [o, c, k, kw] = w.shape as [number, number, number, number];
  const padding = k - 1 - p.padding;
  if (p.stride !== 1 || k !== kw || padding < 0 || 2 * c < o) return apply1(convInputOp, [g, w] as const, p);
  const turned = transpose(flip(flip(w, 2), 3), [1, 0, 2, 3]);
  return convWith(g, turned, { ...p, padding, image: outShape(p) });
}

/** Pick every `stride`-th element from `start` on, `count` of them, by slices and one reshape. */
function strided(x: Expr, axis: number, start: number, count: number, stride: number): Expr {
  const span = count * stride;
  const missing = start + span - x.shape[axis]!;
  const whole = slice(missing > 0 ? pad(x, axis, 0, missing) : x, axis, start, start + span);
  if (stride === 1) return whole;
  const shape = [...x.shape.slice(0, axis), count, stride, ...x.shape.slice(axis + 1)];
  const first = slice(reshape(whole, shape), axis + 1, 0, 1);
  return reshape(first, [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
}

/** Every kernel-sized window as a column: `(n, c, h, w) → (n, c·kh·kw, windows)`. */
function windows(x: Expr, params: Params): Expr {
  const { kernel, padding, stride } = params;
  const [h, v] = outShape(params);
  const padded = pad(pad(x, 2, padding, padding), 3, padding, padding);
  const taps: Expr[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) taps.push(strided(strided(padded, 2, i, h, stride), 3, j, v, stride));
  const [n, c] = x.shape as [number, number];
  return reshape(stack(taps, 2), [n, c * kernel[0] * kernel[1], h * v]);
}

/** The transpose of `strided`: zeros between and around the elements, to a given length. */
function spread(x: Expr, axis: number, start: number, stride: number, size: number): Expr {
  const count = x.shape[axis]!;
  let y = x;
  if (stride > 1) {
    const between = pad(expandDims(x, axis + 1), axis + 1, 0, stride - 1);
    y = reshape(between, [...x.shape.slice(0, axis), count * stride, ...x.shape.slice(axis + 1)]);
  }
  const length = y.shape[axis]!;
  return start + length > size
    ? pad(slice(y, axis, 0, size - start), axis, start, 0)
    : pad(y, axis, start, size - start - length);
}

/** Add columns back to where their windows were: the transpose of `windows`. */
function foldWindows(columns: Expr, image: Shape, params: Params): Expr {
  const { kernel, padding, stride } = params;
  const [n, c, height, width] = image as [number, number, number, number];
  const [h, v] = outShape(params);
  const taps = reshape(columns, [n, c, kernel[0] * kernel[1], h, v]);
  const terms: Expr[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const t = i * kernel[1] + j;
      const tap = reshape(slice(taps, 2, t, t + 1), [n, c, h, v]);
      terms.push(spread(spread(tap, 2, i, stride, height + 2 * padding), 3, j, stride, width + 2 * padding));
    }
  return slice(slice(addAll(terms), 2, padding, padding + height), 3, padding, padding + width);
}

/**
 * Cross-correlation: images `(n, in, h, w)` with kernels `(out, in, kh, kw)` → `(n, out, h′, w′)`.
 * @param bias constants `(out)` to add.
 * @throws ShapeError when channels differ, the stride is not positive, or the kernel does not fit the padded image.
 */
export function conv2d(
  x: Expr,
  w: Expr,
  { stride = 1, padding = 0, bias }: Partial<Convolution> & { readonly bias?: Expr | undefined } = {},
): Expr {
  if (x.shape.length !== 4 || w.shape.length !== 4 || x.shape[1] !== w.shape[1])
    throw new ShapeError(
      `conv2d: images ${showShape(x.shape)} and kernels ${showShape(w.shape)}: expected (n, in, h, w) and (out, in, kh, kw)`,
    );
  expectFloat("conv2d", x);
  if (bias && !sameShape(bias.shape, [w.shape[0]!]))
    throw new ShapeError(`conv2d: a bias ${showShape(bias.shape)} of ${w.shape[0]} channels: expected (${w.shape[0]})`);
  if (!(Number.isInteger(stride) && stride >= 1 && Number.isInteger(padding) && padding >= 0))
    throw new ShapeError(
      `conv2d: stride ${stride} and padding ${padding}: expected whole numbers, stride from 1, padding from 0`,
    );
  const params: Params = {
    stride,
    padding,
    image: [x.shape[2]!, x.shape[3]!],
    kernel: [w.shape[2]!, w.shape[3]!],
  };
  if (outShape(params).some((n) => n < 1))
    throw new ShapeError(
      `conv2d: a kernel of ${params.kernel.join("×")} does not fit an image of ${params.image.join("×")} with padding ${padding}`,
    );
  return bias ? apply1(convBiasOp, [x, w, bias] as const, params) : convWith(x, w, params);
}

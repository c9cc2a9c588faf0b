/** Host tensors: what goes into a compiled program and what comes out of it. Row-major, nothing else. */

import { ShapeError } from "./errors.js";
import { withRoom } from "./room.js";

export type DType = "float32" | "float64" | "int64" | "bool";
/** Channels, height and width of an image: it is stored by channels, rows and columns. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** How often height and width of an image can be halved, and leave whole pixels, at most so often. */
export function timesHalved([, height, width]: ImageShape, most = Number.POSITIVE_INFINITY): number {
  let times = 0;
  while (times < most && height % 2 ** (times + 1) === 0 && width % 2 ** (times + 1) === 0) times++;
  return times;
}

export type Shape = readonly number[];
export type FloatArray = Float32Array | Float64Array;
export type TypedArray = FloatArray | BigInt64Array | Uint8Array;

export interface Tensor<Data extends TypedArray = TypedArray> {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Data;
}

/** A tensor of floating-point numbers. */
export type FloatTensor = Tensor<FloatArray>;

/** Number of elements of a shape; 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((n, k) => n * k, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** `(3, 4)`; a scalar prints as `()`. */
export const showShape = (shape: Shape): string => `(${shape.join(", ")})`;

const dtypeOf = (data: TypedArray): DType =>
  data instanceof Float32Array
    ? "float32"
    : data instanceof Float64Array
      ? "float64"
      : data instanceof BigInt64Array
        ? "int64"
        : "bool";

/**
 * Wrap an array as a tensor; its dtype is the array's own (a `Uint8Array` holds booleans).
 * @throws ShapeError when the array's length is not the shape's size.
 */
export function tensor<Data extends TypedArray>(data: Data, shape: Shape = [data.length]): Tensor<Data> {
  if (data.length !== sizeOf(shape))
    throw new ShapeError(`tensor: ${data.length} elements do not fill shape ${showShape(shape)}`);
  return { dtype: dtypeOf(data), shape, data };
}

const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, bool: Uint8Array } as const;

/** An array of `n` zeros of a dtype. @throws InputError where it is more than there is memory. */
export function allocate(dtype: "float32", n: number): Float32Array;
export function allocate(dtype: "float64", n: number): Float64Array;
export function allocate(dtype: "float32" | "float64", n: number): FloatArray;
export function allocate(dtype: DType, n: number): TypedArray;
export function allocate(dtype: DType, n: number): TypedArray {
  const { [dtype]: Made } = arrays;
  return withRoom(n, Made.BYTES_PER_ELEMENT, () => new Made(n));
}

/** The floating-point data of a tensor. @throws ShapeError when it holds integers or booleans. */
export function floats(t: Tensor): FloatArray {
  if (t.data instanceof Float32Array || t.data instanceof Float64Array) return t.data;
  throw new ShapeError(`expected floating-point numbers, got ${t.dtype} of shape ${showShape(t.shape)}`);
}

/** The same numbers in another floating-point width. */
export function cast(t: FloatTensor, dtype: "float32" | "float64"): FloatTensor {
  if (t.dtype === dtype) return t;
  return tensor(dtype === "float32" ? Float32Array.from(t.data) : Float64Array.from(t.data), t.shape);
}

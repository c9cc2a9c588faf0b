/** Parts of host tensors along one axis. */

import { allocate, sizeOf, type Tensor, tensor } from "./tensor.js";

/** How often an axis is walked, and how many numbers lie behind each of its places. */
function around({ shape }: Tensor, axis: number): { readonly outer: number; readonly inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), inner: sizeOf(shape.slice(axis + 1)) };
}

/** Numbers of one array set into another of the same kind. */
const put = (out: Tensor["data"], from: Tensor["data"], at: number): void =>
  // Both are of one dtype, which the type of either does not say.
  (out as Float64Array).set(from as Float64Array, at);

/** The places `from` to `to` of an axis, in memory of their own: `sliceAxis(x, 1, 2, 4)` of `(3, 8)` is `(3, 2)`. */
export function sliceAxis(t: Tensor, axis: number, from: number, to: number): Tensor {
  const { outer, inner } = around(t, axis);
  const [n, size] = [t.shape[axis]!, (to - from) * inner];
  const out = allocate(t.dtype, outer * size);
  for (let i = 0; i < outer; i++) put(out, t.data.subarray((i * n + from) * inner, (i * n + to) * inner), i * size);
  return tensor(out, t.shape.with(axis, to - from));
}

/** Tensors of one dtype, one behind the other along an axis; their other axes agree. */
export function joinAxis(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts as [Tensor];
  const { outer, inner } = around(first, axis);
  const n = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const out = allocate(first.dtype, outer * n * inner);
  let before = 0;
  for (const { data, shape } of parts) {
    const size = shape[axis]! * inner;
    for (let i = 0; i < outer; i++) put(out, data.subarray(i * size, (i + 1) * size), (i * n + before) * inner);
    before += shape[axis]!;
  }
  return tensor(out, first.shape.with(axis, n));
}

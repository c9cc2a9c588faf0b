import { type Shape, sizeOf } from "../../util/tensor.js";

/** A shape as three axes: everything before one axis (or a run of them), the axis, everything after. */
export function aroundAxis(
  shape: Shape,
  axis: number,
  rank = 1,
): { readonly outer: number; readonly length: number; readonly inner: number } {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: sizeOf(shape.slice(axis, axis + rank)),
    inner: sizeOf(shape.slice(axis + rank)),
  };
}

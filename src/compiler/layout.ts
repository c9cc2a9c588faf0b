/** Where elements lie, as arithmetic on strides. */

import type { Layout } from "../ir/kernel.js";
import { type Shape, sizeOf } from "../util/tensor.js";

/** Row-major. Axes of one element have stride 0: nothing moves along them. */
export function rowMajor(shape: Shape): Layout {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = shape[i] === 1 ? 0 : stride;
    stride *= shape[i]!;
  }
  return { offset: 0, strides };
}

/** Whether the elements of a shape lie side by side in their order. */
export function isRowMajor({ strides }: Layout, shape: Shape): boolean {
  if (sizeOf(shape) === 0) return true;
  const expected = rowMajor(shape).strides;
  return strides.every((s, i) => shape[i] === 1 || s === expected[i]);
}

/** A layout of a shape as one of a larger shape to which it is spread by broadcasting. */
export function spread({ offset, strides }: Layout, from: Shape, to: Shape): Layout {
  const lead = to.length - from.length;
  return { offset, strides: to.map((_, i) => (i < lead || from[i - lead] === 1 ? 0 : strides[i - lead]!)) };
}

/** A shape without its axes of one element. */
export const squeezed = (shape: Shape): number[] => shape.filter((n) => n !== 1);

/** The layout over the axes that are left when those of one element are dropped. */
export const squeezedLayout = ({ offset, strides }: Layout, shape: Shape): Layout => ({
  offset,
  strides: strides.filter((_, i) => shape[i] !== 1),
});

/** The layout over a shape from that over its axes of more than one element. */
export function unsqueezedLayout({ offset, strides }: Layout, shape: Shape): Layout {
  let at = 0;
  return { offset, strides: shape.map((n) => (n === 1 ? 0 : strides[at++]!)) };
}

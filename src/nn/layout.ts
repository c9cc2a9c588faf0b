/**
 * Parameters are one flat vector with a named layout: an optimizer, an average, a clip, a checkpoint are then one
 * tensor each, whatever the network.
 */

import type { Expr } from "../ir/expr.js";
import { stopGradient } from "../ops/leaf.js";
import { reshape, slice } from "../ops/shape.js";
import { ShapeError } from "../util/errors.js";
import { type Shape, sameShape, showShape, sizeOf } from "../util/tensor.js";

/** One tensor inside the vector. */
export interface Leaf {
  readonly name: string;
  readonly shape: Shape;
  readonly offset: number;
  /** Given, not learned: no derivative flows to it and no optimizer moves it. */
  readonly frozen?: true;
}

export interface Layout {
  readonly size: number;
  readonly leaves: readonly Leaf[];
}

/** Nothing to learn. */
export const emptyLayout: Layout = { size: 0, leaves: [] };

/** Tensors by name, one after the other. */
export function layoutOf(shapes: Readonly<Record<string, Shape>>): Layout {
  let size = 0;
  const leaves = Object.entries(shapes).map(([name, shape]): Leaf => {
    const offset = size;
    size += sizeOf(shape);
    return { name, shape, offset };
  });
  return { size, leaves };
}

/** Layouts of parts as one layout; leaves are named `part.leaf`. */
export function joinLayouts(parts: Readonly<Record<string, Layout>>): Layout {
  let size = 0;
  const leaves = Object.entries(parts).flatMap(([part, { size: n, leaves }]) => {
    const start = size;
    size += n;
    return leaves.map((leaf) => ({ ...leaf, name: `${part}.${leaf.name}`, offset: start + leaf.offset }));
  });
  return { size, leaves };
}

/** The same layout, given instead of learned. */
export const freeze = ({ size, leaves }: Layout): Layout => ({
  size,
  leaves: leaves.map((leaf) => ({ ...leaf, frozen: true })),
});

/**
 * The part of a flat vector that belongs to each of several layouts laid one after the other.
 * @throws ShapeError when the vector has another length.
 */
export function splitVector(flat: Expr, layouts: readonly Layout[]): Expr[] {
  const total = layouts.reduce((n, { size }) => n + size, 0);
  if (!sameShape(flat.shape, [total]))
    throw new ShapeError(
      `splitVector: a vector of ${showShape(flat.shape)} does not fill layouts of ${total} parameters`,
    );
  let at = 0;
  return layouts.map(({ size }) => {
    const start = at;
    at += size;
    return size === 0 ? flat : slice(flat, 0, start, at);
  });
}

/**
 * The tensors of a flat vector by name. A layout may be asked of a slice of a larger vector.
 * @throws ShapeError when the vector has another length.
 */
export function unpack(layout: Layout, flat: Expr): Record<string, Expr> {
  if (flat.shape.length !== 1 || flat.shape[0] !== layout.size)
    throw new ShapeError(
      `unpack: a vector of ${showShape(flat.shape)} does not fill a layout of ${layout.size} parameters`,
    );
  return Object.fromEntries(
    layout.leaves.map(({ name, shape, offset, frozen }) => {
      const leaf = reshape(slice(flat, 0, offset, offset + sizeOf(shape)), shape);
      return [name, frozen ? stopGradient(leaf) : leaf];
    }),
  );
}

/** 1 where a parameter is learned, 0 where it is frozen; `null` when all are learned. */
export function trainableMask({ size, leaves }: Layout): Float32Array | null {
  if (!leaves.some((leaf) => leaf.frozen)) return null;
  const mask = new Float32Array(size).fill(1);
  for (const { offset, shape, frozen } of leaves) if (frozen) mask.fill(0, offset, offset + sizeOf(shape));
  return mask;
}

/** Concatenate host vectors in order. */
export function packVectors(parts: readonly ArrayLike<number>[]): Float32Array {
  const flat = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/** Shape arithmetic shared by every operation. */

import { ShapeError } from "../util/errors.js";
import { type DType, type Shape, sameShape, showShape } from "../util/tensor.js";

/** What an expression evaluates to. Shapes are static. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** `float32 (128, 2)`. */
export const showType = ({ dtype, shape }: TensorType): string => `${dtype} ${showShape(shape)}`;

/**
 * The common shape of operands under NumPy's broadcasting rules.
 * @throws ShapeError naming the operation and every shape.
 */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let size = 1;
    for (const shape of shapes) {
      const n = shape[i - rank + shape.length] ?? 1;
      if (n === 1) continue;
      if (size !== 1 && size !== n)
        throw new ShapeError(
          `${op}: shapes ${shapes.map(showShape).join(" and ")} do not broadcast: axis ${i - rank} has ${size} and ${n}`,
        );
      size = n;
    }
    return size;
  });
}

/** Whether `from` spread by broadcasting gives exactly `to`. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  return from.length <= to.length && from.every((n, i) => n === 1 || n === to[to.length - from.length + i]);
}

/** Axes of `to` along which a tensor of shape `from` was repeated; leading axes count. */
export function spreadAxes(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  return to.flatMap((n, i) => (i < lead || (from[i - lead] === 1 && n !== 1) ? [i] : []));
}

/**
 * Axes counted from the front, sorted, each once; negative axes count from the back.
 * @throws ShapeError when an axis is out of range or named twice.
 */
export function normalizeAxes(op: string, axes: number | readonly number[], rank: number): number[] {
  const list = (typeof axes === "number" ? [axes] : axes).map((a) => normalizeAxis(op, a, rank));
  const sorted = [...new Set(list)].sort((a, b) => a - b);
  if (sorted.length !== list.length) throw new ShapeError(`${op}: axes ${list.join(", ")} name an axis twice`);
  return sorted;
}

/** One axis counted from the front. @throws ShapeError when it is out of range. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(a) || a < 0 || a >= rank)
    throw new ShapeError(`${op}: axis ${axis} is out of range for an operand with ${rank} axes`);
  return a;
}

/** The type all operands share. @throws ShapeError when dtypes differ. */
export function sameDType(op: string, types: readonly TensorType[]): DType {
  const [first, ...rest] = types;
  if (first === undefined) throw new ShapeError(`${op}: no operands`);
  const other = rest.find((t) => t.dtype !== first.dtype);
  if (other)
    throw new ShapeError(`${op}: operands are ${types.map(showType).join(" and ")}: cast one, dtypes are never mixed`);
  return first.dtype;
}

/** @throws ShapeError when the operand is not floating-point. */
export function expectFloat(op: string, type: TensorType): void {
  if (type.dtype !== "float32" && type.dtype !== "float64")
    throw new ShapeError(`${op}: expected floating-point numbers, got ${showType(type)}`);
}

/** @throws ShapeError when the operand holds booleans. */
export function expectNumber(op: string, type: TensorType): void {
  if (type.dtype === "bool") throw new ShapeError(`${op}: expected numbers, got ${showType(type)}`);
}

/** @throws ShapeError when a shape is not the expected one. */
export function expectShape(op: string, what: string, got: Shape, expected: Shape): void {
  if (!sameShape(got, expected))
    throw new ShapeError(`${op}: ${what} has shape ${showShape(got)}, expected ${showShape(expected)}`);
}

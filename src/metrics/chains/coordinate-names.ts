/** What the coordinates of an event are called. */

import { InputError, ShapeError } from "../../util/errors.js";
import { type FloatTensor, type Shape, showShape, sizeOf } from "../../util/tensor.js";

/** The index of an element of a shape: `[1, 2]` for element 5 of `(2, 3)`. */
function indexOf(element: number, shape: Shape): number[] {
  const index: number[] = [];
  let rest = element;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/**
 * One name for each coordinate of draws `(chains, draws, ...event)`: those given, or `x[0]`, `x[1]` …, `x[1,2]` for an
 * event of two axes, `x` for a scalar.
 * @throws ShapeError for fewer than two axes, InputError for another number of names than coordinates.
 */
export function coordinateNames({ shape }: FloatTensor, given?: readonly string[]): readonly string[] {
  if (shape.length < 2)
    throw new ShapeError(`draws: expected (chains, draws, ...event), got shape ${showShape(shape)}`);
  const event = shape.slice(2);
  const size = sizeOf(event);
  if (given && given.length !== size)
    throw new InputError(`names: ${given.length} given for ${size} coordinates of the event ${showShape(event)}`);
  return given ?? Array.from({ length: size }, (_, i) => (event.length > 0 ? `x[${indexOf(i, event)}]` : "x"));
}

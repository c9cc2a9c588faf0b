/** Functions of one point, applied to a tensor of points. */

import { ShapeError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type Shape, sameShape, showShape, sizeOf } from "../util/tensor.js";

/** A number that belongs to a point: a log density, or an index. */
export type PointFunction = (point: Float64Array) => number;

/**
 * A number for each point of `(n, ...event)`. The array handed to `f` is overwritten by the next point.
 * @throws ShapeError when the points have another event shape.
 */
export function mapPoints(points: Rows, event: Shape, f: PointFunction): Float64Array {
  const x = asRows("points", points);
  const [n, ...rest] = x.shape;
  if (n === undefined || !sameShape(rest, event))
    throw new ShapeError(`points of shape ${showShape(x.shape)}: expected (n, ${event.join(", ")})`);
  const d = sizeOf(event);
  const point = new Float64Array(d);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) point[j] = x.data[i * d + j]!;
    values[i] = f(point);
  }
  return values;
}

/** An index for each point, such as its region. */
export const assignPoints = (x: Rows, event: Shape, f: PointFunction): Int32Array =>
  Int32Array.from(mapPoints(x, event, f));

/** The index of the nearest of some centers, by Euclidean distance. */
export function nearest(centers: readonly (readonly number[])[], point: Float64Array): number {
  let best = 0;
  let least = Infinity;
  centers.forEach((center, k) => {
    let square = 0;
    for (let j = 0; j < point.length; j++) square += (point[j]! - center[j]!) ** 2;
    if (square < least) {
      least = square;
      best = k;
    }
  });
  return best;
}

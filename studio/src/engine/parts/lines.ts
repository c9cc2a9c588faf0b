/** Lines of equal height of a density over a view. */

import { contours } from "d3-contour";
import { LEVELS } from "../levels.js";
import type { View } from "../messages.js";

/** Nats below the top at which all heights are alike: no line is there. */
const FLOOR = 40;

/**
 * Lines at the levels below `top`, as points `x, y, x, y, …` in the units of the data, a `NaN` pair between two lines. What
 * would run along the edge of the view is left out: a line that leaves it ends there.
 * @param values log-densities of the cells, number `i · side + j` at the i-th x and the j-th y.
 */
export function linesOf(values: ArrayLike<number>, top: number, { box, side }: View): Float32Array {
  const [[x0, x1], [y0, y1]] = box;
  // Rows are y from below, as the lines are asked for.
  const byRow = new Array<number>(side * side);
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      const v = values[i * side + j]! - top;
      byRow[j * side + i] = Number.isNaN(v) ? -FLOOR : Math.max(v, -FLOOR);
    }
  const points: number[] = [];
  const outside = (v: number): boolean => v <= 0 || v >= side;
  const put = ([i, j]: readonly number[]): number =>
    points.push(x0 + (i! / side) * (x1 - x0), y0 + (j! / side) * (y1 - y0));
  for (const { coordinates } of contours()
    .size([side, side])
    .thresholds(LEVELS.map((l) => -l))(byRow))
    for (const ring of coordinates.flat())
      for (let k = 0; k < ring.length; k++) {
        const [at, before] = [ring[k]!, ring[k - 1]];
        const along = !before || [0, 1].some((axis) => outside(at[axis]!) && at[axis] === before[axis]);
        if (along) points.push(Number.NaN, Number.NaN);
        put(at);
      }
  return Float32Array.from(points);
}

/** A square grid over a 2-D box: densities there are sums, so what is computed on it is exact but for the grid itself. */

import { z } from "zod";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { noOptions } from "../../util/options.js";
import { type Tensor, tensor } from "../../util/tensor.js";
import { normaliseLogWeights } from "../log-z/log-weights.js";
import { metric } from "../metric.js";

export type Box = readonly [x: readonly [number, number], y: readonly [number, number]];

export interface Grid2d {
  /** Cell centres `(side², 2)`: row `i · side + j` holds the i-th x and the j-th y. */
  readonly points: Tensor<Float64Array>;
  /** Area of one cell. */
  readonly cell: number;
  /** Cells along each axis. */
  readonly side: number;
  readonly box: Box;
}

/** Log-densities `(side²)` at the points of a grid, up to a constant. */
export interface GridDensity {
  readonly grid: Grid2d;
  readonly logP: ArrayLike<number>;
}

/**
 * Cell-centred grid for the midpoint rule, whose error falls as the squared cell width, and exponentially fast for a
 * smooth density that vanishes at the edge of the box.
 * @throws InputError for an empty box or fewer than one cell.
 */
export function grid2d(box: Box, side: number): Grid2d {
  if (!Number.isInteger(side) || side < 1)
    throw new InputError(`grid2d: ${side} cells a side; give a whole number from 1`);
  const steps = box.map(([low, high], axis) => {
    if (!(high > low) || !Number.isFinite(high - low))
      throw new InputError(`grid2d: axis ${axis} runs from ${low} to ${high}; give a finite low < high`);
    return (high - low) / side;
  });
  const [dx, dy] = steps as [number, number];
  const data = new Float64Array(2 * side * side);
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      data[2 * (i * side + j)] = box[0][0] + (i + 0.5) * dx;
      data[2 * (i * side + j) + 1] = box[1][0] + (j + 0.5) * dy;
    }
  return { points: tensor(data, [side * side, 2]), cell: dx * dy, side, box };
}

/** Mass of every cell under `p ∝ exp(logP)`, summing to 1, and `log Z`. @throws NumericError for NaN, `+∞`, or no mass at all. */
export function gridMasses(
  what: string,
  grid: Grid2d,
  logP: ArrayLike<number>,
): { readonly masses: Float64Array; readonly logZ: number } {
  if (logP.length !== grid.side ** 2)
    throw new ShapeError(`${what}: ${logP.length} log-densities for a grid of ${grid.side}² points`);
  const { weights, logSum } = normaliseLogWeights(what, logP, "log-density");
  if (logSum === Number.NEGATIVE_INFINITY)
    throw new NumericError(`${what}: the log-density is -Infinity on the whole grid; choose another box`);
  return { masses: weights, logZ: logSum + Math.log(grid.cell) };
}

/**
 * `log Z = log ∫ exp(logP)` over the box by the midpoint rule, in nats.
 * Only as good as the grid: halve the cells until it stops moving, and see that {@link edgeMass} is nothing.
 * Throws NumericError for NaN, ShapeError when the lengths differ.
 */
export const gridLogZ = metric({
  name: "grid-log-z",
  about: "The log-normaliser of a 2-D density by summing over a grid.",
  cite: "Davis & Rabinowitz (1984), Methods of numerical integration",
  of: "grid",
  options: noOptions,
  compute: ({ grid, logP }: GridDensity): number => gridMasses("grid-log-z", grid, logP).logZ,
});

/** Mass in the outer frame of the box, `fraction` of its width on every side: a box that is too small shows here. Throws as {@link gridLogZ}. */
export const edgeMass = metric({
  name: "edge-mass",
  about: "Probability in the outer frame of the box: a box too small for its density shows here.",
  cite: "Davis & Rabinowitz (1984), Methods of numerical integration",
  of: "grid",
  options: z.object({
    fraction: z.number().gt(0).lte(0.5).default(0.05).describe("width of the frame, as a part of the box"),
  }),
  compute({ grid, logP }: GridDensity, { fraction }): number {
    const { masses } = gridMasses("edge-mass", grid, logP);
    const frame = fraction * grid.side;
    const outer = (i: number): boolean => i + 0.5 < frame || i + 0.5 > grid.side - frame;
    return masses.reduce((s, m, k) => s + (outer(Math.floor(k / grid.side)) || outer(k % grid.side) ? m : 0), 0);
  },
});

/** Square lattices: who neighbours whom, and the two colours of a checkerboard. */

import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { addAll } from "../ops/arithmetic.js";
import { zerosLike } from "../ops/indexing.js";
import { constant } from "../ops/leaf.js";
import { where } from "../ops/logic.js";
import { concat, pad, slice } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { type Shape, showShape, tensor } from "../util/tensor.js";

/** How a lattice ends: each row and column closed to a ring, or open. */
export type Boundary = "periodic" | "free";

/** Options of every energy on a lattice. */
export const latticeOptions = {
  boundary: z
    .enum(["periodic", "free"])
    .default("periodic")
    .describe("periodic: rows and columns close to rings, and both sides must be even; free: they end"),
  learn: z.boolean().default(false).describe("whether coupling and field are parameters that start at these numbers"),
};

/**
 * The sides of a lattice. A ring of odd length has no two colours, so that its sites cannot be drawn by halves.
 * @param event `(height, width)` and what follows them.
 * @throws InputError when there are no two sides, or a periodic one is odd.
 */
export function latticeSides(what: string, event: Shape, boundary: Boundary): readonly [height: number, width: number] {
  const [height, width] = event;
  if (height === undefined || width === undefined)
    throw new InputError(`${what}: points of shape ${showShape(event)} are no lattice; give (height, width)`);
  if (boundary === "periodic" && (height % 2 === 1 || width % 2 === 1))
    throw new InputError(
      `${what}: a periodic lattice needs even sides, got ${height} by ${width}; make them even or choose boundary: free`,
    );
  return [height, width];
}

/** Every site's value moved one place along an axis; zeros enter at a free end. */
function shift(x: Expr, axis: number, forward: boolean, boundary: Boundary): Expr {
  const n = x.shape[axis]!;
  const [kept, rest] = forward
    ? [slice(x, axis, 0, n - 1), slice(x, axis, n - 1, n)]
    : [slice(x, axis, 1, n), slice(x, axis, 0, 1)];
  if (boundary === "periodic") return concat(forward ? [rest, kept] : [kept, rest], axis);
  return pad(kept, axis, forward ? 1 : 0, forward ? 0 : 1);
}

function sumOfShifts(x: Expr, directions: readonly boolean[], boundary: Boundary): Expr {
  const axes = [1, 2].filter((axis) => x.shape[axis]! > 1);
  const terms = axes.flatMap((axis) => directions.map((forward) => shift(x, axis, forward, boundary)));
  return terms.length > 0 ? addAll(terms) : zerosLike(x);
}

/**
 * At each site of `x (n, height, width, ...)` the sum over the neighbours above and to the left: every bond once. A
 * periodic side of 2 has two bonds between its two sites.
 */
export const bondSum = (x: Expr, boundary: Boundary): Expr => sumOfShifts(x, [true], boundary);

/** At each site the sum over all neighbours, four of them where the lattice does not end: every bond from both ends. */
export const neighbourSum = (x: Expr, boundary: Boundary): Expr => sumOfShifts(x, [true, false], boundary);

/** `a` on the sites whose row and column add up to a number of that parity, else `b`; sites of one colour are no neighbours. */
export function onColour(parity: 0 | 1, a: Expr, b: Expr): Expr {
  const [, height, width, ...rest] = a.shape as [number, number, number, ...number[]];
  const colour = Uint8Array.from({ length: height * width }, (_, i) =>
    (Math.floor(i / width) + (i % width)) % 2 === parity ? 1 : 0,
  );
  return where(constant(tensor(colour, [1, height, width, ...rest.map(() => 1)])), a, b);
}

/** Finding a point of a slice in a bracket that shrinks, all chains in lockstep (Neal 2003, figure 5). */

import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { gather, zerosLike } from "../../ops/indexing.js";
import { cast, scalar } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { sum } from "../../ops/shape.js";
import { repeatWhile } from "../../ops/while.js";

/** A line through each chain's position, which is at 0, and what is tried on it. All are `(chains)` but the draws. */
export interface Search {
  /** The point tried first, in the bracket. */
  readonly first: Expr;
  /** The bracket, with 0 inside. */
  readonly low: Expr;
  readonly high: Expr;
  /** The slice: where the potential is below it. */
  readonly level: Expr;
  /** `(n, chains)` uniform on (0, 1), for the points tried after the first. */
  readonly draws: Expr;
}

export interface Found {
  /** A point of the slice, or 0 where the draws ran out. */
  readonly t: Expr;
  /** The potential there; where the draws ran out, that of the last point tried. */
  readonly potential: Expr;
  readonly found: Expr;
  /** How many points were refused. */
  readonly shrinks: Expr;
}

/**
 * The first point tried whose potential is below the level. A refused point becomes the end of the bracket on its side,
 * and the next one is uniform on what is left; 0 stays inside. A potential that is NaN is refused.
 *
 * The number of points is bounded, and a chain that uses them all stays where it is, which is as exact as going on: a
 * search that ends at `t` after `k` refusals has the same density as the search from `t`, in the same bracket and past
 * the same refused points, that ends at 0. Each `k` by itself leaves the law invariant, whichever are left out.
 */
export function shrink({ first, low, high, level, draws }: Search, potential: (t: Expr) => Expr): Found {
  const [most, chains] = draws.shape as [number, number];
  const { dtype } = level;
  const flag = (condition: Expr): Expr => cast(condition, dtype);
  const value = potential(first);
  const init = { t: first, low, high, value, found: less(value, level), shrinks: zerosLike(level) };
  const end = repeatWhile(
    { init, most: scalar(most, "int64"), condition: ({ found }) => less(sum(flag(found)), chains) },
    ({ t, low, high, value, found, shrinks }, step) => {
      const below = less(t, 0);
      const [left, right] = [where(below, t, low), where(below, high, t)];
      const next = where(found, t, add(left, mul(gather(draws, step), sub(right, left))));
      const there = where(found, value, potential(next));
      const refused = add(shrinks, sub(1, flag(found)));
      return { t: next, low: left, high: right, value: there, found: less(there, level), shrinks: refused };
    },
  );
  const { found } = end;
  const shrinks = add(end.shrinks, sub(1, flag(found)));
  return { t: where(found, end.t, 0), potential: end.value, found, shrinks };
}

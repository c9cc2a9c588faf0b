/** Coordinates that lie within bounds, as numbers without any: what chains walk on. */

import type { Expr } from "../ir/expr.js";
import { add, exp, mul, neg, sigmoid, sub } from "../ops/arithmetic.js";
import { concat, slice, sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";

/** Ends of a coordinate; infinite where it has none. */
export type Bounds = readonly [low: number, high: number];

/** How a number `u` without bounds becomes one between two ends. */
interface Way {
  at(u: number): number;
  back(z: number): number;
  /** As expressions of a column, with `log dz/du`; `null` where it is constant. */
  expr(u: Expr): { readonly z: Expr; readonly logDet: Expr | null };
}

/** Beyond this a sigmoid is its end in single precision. */
const FAR = 15;

/** `a + eᵘ`, `b − eᵘ`, `a + (b − a) σ(u)`, or `m + s u`, whose derivative is left out as it is the same everywhere. */
function wayOf([low, high]: Bounds, centre: number, scale: number): Way {
  const [below, above] = [low > Number.NEGATIVE_INFINITY, high < Number.POSITIVE_INFINITY];
  if (below && above) {
    const width = high - low;
    return {
      at: (u) => low + width / (1 + Math.exp(-u)),
      back: (z) => Math.max(-FAR, Math.min(FAR, Math.log((z - low) / (high - z)))),
      expr: (u) => ({
        z: add(low, mul(width, sigmoid(u))),
        // log σ(u) + log σ(−u).
        logDet: sub(Math.log(width), add(softplus(u), softplus(neg(u)))),
      }),
    };
  }
  if (!below && !above)
    return {
      at: (u) => centre + scale * u,
      back: (z) => (z - centre) / scale,
      expr: (u) => ({ z: add(centre, mul(scale, u)), logDet: null }),
    };
  const [end, sign] = below ? [low, 1] : [high, -1];
  return {
    at: (u) => end + sign * Math.exp(u),
    back: (z) => Math.log(sign * (z - end)),
    expr: (u) => ({ z: add(end, mul(sign, exp(u))), logDet: u }),
  };
}

export interface BoundedCoordinates {
  /** Values `(d)` of numbers `(d)`. */
  at(u: ArrayLike<number>): Float64Array;
  /** Numbers of values, which are moved inside where they are not. @param inset how far inside of an end they then lie. */
  back(z: ArrayLike<number>, inset: readonly number[]): Float64Array;
  /** Points `(n, d)` of numbers `(n, d)`, with `log |dz/du|` `(n)`; `null` where it is constant. */
  expr(u: Expr): { readonly z: Expr; readonly logDet: Expr | null };
}

/** The way of `d` coordinates, each with its ends; `u` of those without any is 0 at the centre and 1 a scale away. */
export function boundedCoordinates(
  ends: readonly Bounds[],
  centre: ArrayLike<number>,
  scale: ArrayLike<number>,
): BoundedCoordinates {
  const ways = ends.map((own, j) => wayOf(own, centre[j]!, scale[j]!));
  return {
    at: (u) => Float64Array.from(ways, (way, j) => way.at(u[j]!)),
    back: (z, inset) =>
      Float64Array.from(ways, (way, j) => {
        const [low, high] = ends[j]!;
        const room = Math.min(inset[j]!, (high - low) / 4);
        return way.back(z[j]! > low && z[j]! < high ? z[j]! : z[j]! <= low ? low + room : high - room);
      }),
    expr(u) {
      const columns = ways.map((way, j) => way.expr(slice(u, 1, j, j + 1)));
      const dets = columns.flatMap(({ logDet }) => (logDet ? [logDet] : []));
      const z = concat(
        columns.map((column) => column.z),
        1,
      );
      return { z, logDet: dets.length > 0 ? sum(concat(dets, 1), 1) : null };
    },
  };
}

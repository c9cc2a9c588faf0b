/** Masked networks: numbers for each coordinate that depend on the coordinates before it (Germain et al. 2015). */

import type { Expr } from "../ir/expr.js";
import { concat, reshape, slice } from "../ops/shape.js";
import type { Activation } from "./activation.js";
import { mlp } from "./mlp.js";
import type { Module } from "./module.js";

export interface MadeOptions {
  /** Coordinates of a point. */
  readonly d: number;
  /** Numbers for each coordinate. */
  readonly size: number;
  /** Numbers that all of them may depend on; 0 unless given. */
  readonly context?: number;
  /** Hidden sizes. A layer narrower than d leaves some coordinates to depend on fewer of those before them. */
  readonly hidden: readonly number[];
  readonly activation?: Activation;
  /** Start the last layer at zero. */
  readonly zeroLast?: boolean;
}

export interface Made extends Module {
  /** `x (batch, d)`, with `context (batch, k)` where there is one, `→ (batch, d, size)`. */
  apply(params: Expr, x: Expr, context?: Expr): Expr;
}

/** Degrees of `n` hidden units, from `highest` down to `lowest`, in equal shares. */
const spread = (n: number, lowest: number, highest: number): number[] =>
  Array.from({ length: n }, (_, j) => highest - Math.floor((j * (highest - lowest + 1)) / n));

/**
 * A network whose units have degrees: coordinate i of the input has degree i, counted from 1, and a context 0; a hidden
 * unit sees units of degrees up to its own, and the numbers of coordinate i see hidden units of degrees below i. So they
 * depend on the context and on coordinates 1 … i − 1: `∂θ/∂x` is strictly lower triangular. What a unit does not see is
 * masked by constants, so one pass gives the numbers of all coordinates. The last coordinate is not read at all.
 */
export function made({ d, size, context: k = 0, hidden, activation, zeroLast }: MadeOptions): Made {
  const lowest = k > 0 || d === 1 ? 0 : 1;
  const degrees = [
    [...new Array<number>(k).fill(0), ...Array.from({ length: d - 1 }, (_, i) => i + 1)],
    ...hidden.map((n) => spread(n, lowest, d - 1)),
    Array.from({ length: d * size }, (_, j) => Math.floor(j / size)),
  ];
  const masks = degrees.slice(1).map((above, i) => {
    const below = degrees[i]!;
    return Float32Array.from(below.flatMap((from) => above.map((to) => (from <= to ? 1 : 0))));
  });
  const net = mlp({
    widths: degrees.map((units) => units.length),
    masks,
    ...(activation ? { activation } : {}),
    ...(zeroLast ? { zeroLast } : {}),
  });
  return {
    layout: net.layout,
    init: net.init,
    apply(params, x, context) {
      const seen = [...(context ? [context] : []), ...(d > 1 ? [slice(x, 1, 0, d - 1)] : [])];
      return reshape(net.apply(params, seen.length > 0 ? concat(seen, 1) : x), [x.shape[0]!, d, size]);
    },
  };
}

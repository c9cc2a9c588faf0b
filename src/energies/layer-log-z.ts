/** Log Z of small machines and lattices inside the graph, where it has derivatives: the sum over all of their states. */

import type { Expr } from "../ir/expr.js";
import { add, neg } from "../ops/arithmetic.js";
import { scan } from "../ops/control.js";
import { cast, constant } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { broadcastTo, concat, reshape, slice } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { countStates, statesOf } from "./states.js";
import type { Support } from "./support.js";

/** Units of a layer that is summed over at every step of a training. */
export const MOST_SUMMED = 16;

/** States in one piece are those of so many units: what is held at once stays small. */
const AT_ONCE = 10;

const bits = (k: number) => statesOf({ kind: "binary", values: [0, 1] }, [k], 0, 2 ** k);

/** A layer of units 0 or 1 whose states are summed over, seen from the other layer. */
export interface SummedLayer {
  /** `(k)`. */
  readonly bias: Expr;
  /** What each unit adds to the fields of the other layer, `(k, size)`. */
  readonly weight: Expr;
  /** Fields of the other layer where all units are 0, `(size)`. */
  readonly offset: Expr;
  /** What the other layer leaves at fields `(states, size)`, summed out: `(states)`. */
  rest(fields: Expr): Expr;
}

/** `log Σ_s exp(bias·s + rest(offset + s W))` over all `2ᵏ` states of the layer. */
export function logSumOverLayer({ bias, weight, offset, rest }: SummedLayer): Expr {
  const [k, size] = weight.shape as readonly [number, number];
  const within = Math.min(k, AT_ONCE);
  const of = (states: Expr, from: number, to: number): { bias: Expr; fields: Expr } => ({
    bias: reshape(matmul(states, reshape(slice(bias, 0, from, to), [to - from, 1])), [states.shape[0]!]),
    fields: matmul(states, slice(weight, 0, from, to)),
  });
  const table = (n: number): Expr => cast(constant(bits(n)), weight.dtype);
  const inner = of(table(within), k - within, k);
  const fields = add(inner.fields, offset);
  if (k === within) return logSumExp(add(inner.bias, rest(fields)));
  // The first units differ from piece to piece, the last ones run through all of their states in each.
  const outer = of(table(k - within), 0, k - within);
  const { outputs } = scan({ init: {}, xs: outer }, (_, piece) => {
    const own = add(fields, reshape(piece.fields!, [1, size]));
    return { state: {}, outputs: { logSum: logSumExp(add(add(inner.bias, piece.bias!), rest(own))) } };
  });
  return logSumExp(outputs.logSum!);
}

/**
 * Log Z of an energy of points 0 and 1 as the sum over all of them, where they have at most 16 coordinates; else nothing.
 * The first coordinates are the same throughout a piece, the last ones run through all of their states in each.
 */
export function bitsLogZ(energy: (x: Expr, params: Expr) => Expr, event: Shape): { logZ?: (params: Expr) => Expr } {
  const d = sizeOf(event);
  if (d > MOST_SUMMED) return {};
  const within = Math.min(d, AT_ONCE);
  const piece = 2 ** within;
  return {
    logZ(params) {
      const table = (n: number): Expr => cast(constant(bits(n)), params.dtype);
      const inner = table(within);
      const logSum = (x: Expr): Expr => logSumExp(neg(energy(reshape(x, [piece, ...event]), params)));
      if (d === within) return logSum(inner);
      const { outputs } = scan({ init: {}, xs: { first: table(d - within) } }, (_, { first }) => {
        const same = broadcastTo(reshape(first!, [1, d - within]), [piece, d - within]);
        return { state: {}, outputs: { logSum: logSum(concat([same, inner], 1)) } };
      });
      return logSumExp(outputs.logSum!);
    },
  };
}

/** Log Z of an energy of discrete points as the sum over all of them, where there are at most 1024; else nothing. */
export function summedLogZ(
  energy: (x: Expr, params: Expr) => Expr,
  support: Exclude<Support, { readonly kind: "real" }>,
  event: Shape,
): { logZ?: (params: Expr) => Expr } {
  const states = countStates(support, event);
  if (states > 2 ** AT_ONCE) return {};
  return {
    logZ: (params) => logSumExp(neg(energy(cast(constant(statesOf(support, event, 0, states)), params.dtype), params))),
  };
}

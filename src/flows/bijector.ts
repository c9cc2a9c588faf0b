/** Bijectors: invertible maps whose volume change is known. */

import type { Expr } from "../ir/expr.js";
import type { Layout } from "../nn/layout.js";
import type { Key } from "../random/key.js";

/**
 * A map of points `(batch, d)`; `logDet (batch)` is `log |det ∂result/∂argument|` of the direction asked. One built for
 * a context is given it with the points, `(batch, k)`: there is a map for each context.
 */
export interface Bijector {
  readonly layout: Layout;
  init(key: Key): Float32Array;
  forward(x: Expr, params: Expr, context?: Expr): { y: Expr; logDet: Expr };
  inverse(y: Expr, params: Expr, context?: Expr): { x: Expr; logDet: Expr };
}

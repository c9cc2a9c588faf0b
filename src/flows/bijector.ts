/** Bijectors: invertible maps whose volume change is known. */

import type { Expr } from "../ir/expr.js";
import type { Layout } from "../nn/layout.js";
import type { Key } from "../random/key.js";
import type { FloatTensor, Shape } from "../util/tensor.js";

/**
 * A map of points `(batch, ...takes)` to points `(batch, ...gives)`, forward from the base to the data; `logDet (batch)`
 * is `log |det ∂result/∂argument|` of the direction asked. One built for a context is given it with the points,
 * `(batch, k)`: there is a map for each context.
 */
export interface Bijector {
  readonly layout: Layout;
  /** Shapes of a point before and after it, of equal sizes. One that leaves them out keeps the shape its points have. */
  readonly takes?: Shape;
  readonly gives?: Shape;
  /** Starting parameters; points `(n, ...gives)` may inform them. */
  init(key: Key, data?: FloatTensor): Float32Array;
  /**
   * Where the inverse takes points `(n, ...gives)` as it starts, computed on the host: what informs the bijectors before
   * it. Left out by one that starts as the identity.
   */
  pullBack?(data: FloatTensor, params: Float32Array): FloatTensor;
  forward(x: Expr, params: Expr, context?: Expr): { y: Expr; logDet: Expr };
  inverse(y: Expr, params: Expr, context?: Expr): { x: Expr; logDet: Expr };
}

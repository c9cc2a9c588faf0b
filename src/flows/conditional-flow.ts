/** Conditional flows `q(x | c)`: a flow for each context. */

import type { Expr } from "../ir/expr.js";
import type { Layout } from "../nn/layout.js";
import { broadcastTo } from "../ops/shape.js";
import type { Key } from "../random/key.js";
import { ShapeError } from "../util/errors.js";
import { type FloatTensor, type Shape, sameShape, showShape } from "../util/tensor.js";
import type { Base } from "./base.js";
import type { Bijector } from "./bijector.js";
import { type Flow, makeFlow } from "./flow.js";

/** What a flow is made of: a base, and the bijectors it is pushed through in order. */
export interface FlowParts {
  readonly base: Base;
  readonly bijectors: readonly Bijector[];
}

export interface ConditionalFlow {
  /** Shape of one point. */
  readonly event: Shape;
  /** k, numbers of a context; 0 makes it a plain flow. */
  readonly context: number;
  readonly layout: Layout;
  /** Starting parameters; points `(n, ...event)` may inform them. */
  init(key: Key, data?: FloatTensor): Float32Array;
  /**
   * The flow given contexts: `(n, k)`, one for each of n points, or `(1, k)`, one for any number of points. It is
   * normalised in the point: `∫ q(x | c) dx = 1` for every c. Left out only when k is 0.
   * @throws ShapeError when contexts have another shape, and later when they are not as many as the points.
   */
  given(context?: Expr): Flow;
}

/** A bijector with its contexts filled in. */
function bind(bijector: Bijector, context: Expr): Bijector {
  const [n, k] = context.shape as [number, number];
  const forEach = (x: Expr): Expr => {
    const rows = x.shape[0]!;
    if (n === rows) return context;
    if (n === 1) return broadcastTo(context, [rows, k]);
    throw new ShapeError(`flow: ${n} contexts for ${rows} points; give one a point, or one for all`);
  };
  return {
    ...bijector,
    forward: (x, params) => bijector.forward(x, params, forEach(x)),
    inverse: (y, params) => bijector.inverse(y, params, forEach(y)),
  };
}

/**
 * Push a base through bijectors that were built for contexts of k numbers. The base is the same for all of them.
 * @param points their shape, or how many coordinates vectors have.
 * @throws ShapeError as `makeFlow` does.
 */
export function makeConditionalFlow(
  points: Shape | number,
  context: number,
  { base, bijectors }: FlowParts,
): ConditionalFlow {
  const { event, layout, init } = makeFlow(points, base, bijectors);
  return {
    event,
    context,
    layout,
    init,
    given(c) {
      if (context === 0 && c === undefined) return makeFlow(event, base, bijectors);
      if (c === undefined || context === 0 || !sameShape(c.shape.slice(1), [context]))
        throw new ShapeError(`flow: contexts have shape ${c ? showShape(c.shape) : "()"}, expected (n, ${context})`);
      return makeFlow(
        event,
        base,
        bijectors.map((b) => bind(b, c)),
      );
    },
  };
}

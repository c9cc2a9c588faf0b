/** Coupling (Dinh, Krueger & Bengio 2014): one part of the coordinates decides how the other part is transformed. */

import type { Expr } from "../ir/expr.js";
import type { Activation } from "../nn/activation.js";
import { mlp } from "../nn/mlp.js";
import { clip } from "../ops/extrema.js";
import { concat, reshape, slice, sum } from "../ops/shape.js";
import type { Bijector } from "./bijector.js";

export interface CouplingOptions {
  /** Coordinates of a point. */
  readonly d: number;
  /** Numbers of a context that the conditioner reads as well; 0 unless given. */
  readonly context?: number;
  /** Which part is transformed: the other one conditions. Alternate them. */
  readonly transformed: "first" | "second";
  /** Hidden sizes of the conditioner. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** How transformed coordinates `(batch, m)` move, given `(batch, m, k)` numbers from the conditioner. */
export interface ScalarTransform {
  /** Numbers a coordinate needs. */
  readonly size: number;
  /** How far from 0 conditioners tell points apart: they read a coordinate beyond as if it were there. No end unless given. */
  readonly reach?: number;
  /** `logDet (batch, m)`, one a coordinate. */
  forward(x: Expr, theta: Expr): { y: Expr; logDet: Expr };
  inverse(y: Expr, theta: Expr): { x: Expr; logDet: Expr };
}

/** Coordinates as conditioners of a transform read them. The map stays a bijection whatever they read. */
export const readBy = ({ reach }: ScalarTransform, x: Expr): Expr => (reach ? clip(x, -reach, reach) : x);

/**
 * A coupling layer. The conditioner's last layer starts at zero, so the layer starts near the identity when the
 * transform does at zero. A point of one coordinate has only the context to condition on: without one its transform is learned
 * directly.
 */
export function coupling(
  { d, context: k = 0, transformed, hidden, activation }: CouplingOptions,
  transform: ScalarTransform,
): Bijector {
  const half = Math.floor(d / 2);
  const cut = transformed === "second" || d === 1 ? half : d - half;
  const isFirst = transformed === "first" && d > 1;
  const m = isFirst ? cut : d - cut;
  const net = mlp({ widths: [d - m + k, ...hidden, m * transform.size], activation, zeroLast: true });
  const parts = (x: Expr): { moved: Expr; kept: Expr | null } => {
    if (d === 1) return { moved: x, kept: null };
    const [first, second] = [slice(x, 1, 0, cut), slice(x, 1, cut, d)];
    return isFirst ? { moved: first, kept: second } : { moved: second, kept: first };
  };
  const joined = (moved: Expr, kept: Expr | null): Expr =>
    kept === null ? moved : concat(isFirst ? [moved, kept] : [kept, moved], 1);
  const theta = (params: Expr, x: Expr, kept: Expr | null, context: Expr | undefined): Expr => {
    const read = kept && readBy(transform, kept);
    const seen = read && context ? concat([read, context], 1) : (read ?? context ?? x);
    return reshape(net.apply(params, seen), [x.shape[0]!, m, transform.size]);
  };

  return {
    layout: net.layout,
    takes: [d],
    gives: [d],
    init: net.init,
    forward(x, params, context) {
      const { moved, kept } = parts(x);
      const { y, logDet } = transform.forward(moved, theta(params, x, kept, context));
      return { y: joined(y, kept), logDet: sum(logDet, 1) };
    },
    inverse(y, params, context) {
      const { moved, kept } = parts(y);
      const { x, logDet } = transform.inverse(moved, theta(params, y, kept, context));
      return { x: joined(x, kept), logDet: sum(logDet, 1) };
    },
  };
}

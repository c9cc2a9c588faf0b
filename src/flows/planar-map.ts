/** Planar maps (Rezende & Mohamed 2015): a ridge along one direction, with the inverse they have but not in closed form. */

import type { Expr } from "../ir/expr.js";
import type { Activation } from "../nn/activation.js";
import { mlp } from "../nn/mlp.js";
import { abs, add, div, log1p, mul, neg, sign, square, sub, tanh } from "../ops/arithmetic.js";
import { scan } from "../ops/control.js";
import { maximum, minimum } from "../ops/extrema.js";
import { stopGradient } from "../ops/leaf.js";
import { less, where } from "../ops/logic.js";
import { expandDims, slice, squeeze, sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { normal } from "../random/draw.js";
import type { Bijector } from "./bijector.js";

export interface PlanarOptions {
  /** Coordinates of a point. */
  readonly d: number;
  /** Numbers of a context that decides the ridge; 0 unless given. */
  readonly context?: number;
  /** Hidden sizes of the network that reads the context. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** Smallest slope along the ridge: the inverse multiplies rounding by at most its reciprocal. */
const LEAST_SLOPE = 1e-3;
/** Newton's steps of the inverse. With wᵀû up to 10⁶ none of them needs more than 15 in float64. */
const STEPS = 20;
/** Below the square of any length that matters: keeps a ridge without direction finite. */
const TINY = 1e-30;

/**
 * `y = x + û tanh(wᵀx + b)`, with `û = u + (m(wᵀu) − wᵀu) w/‖w‖²` and `m(a) = −1 + 10⁻³ + softplus(a + a₀)`, so that
 * `wᵀû = m > −1`: the map is invertible whatever its numbers. `a₀` makes `m(0) = 0`, so u = 0, where it starts, is the
 * identity. `log |det| = log(1 + wᵀû (1 − tanh²))`.
 *
 * The inverse needs `α = wᵀx + b`, the root of `α + wᵀû tanh α = wᵀy + b`, which is increasing in α.
 */
export function planarMap({ d, context: k = 0, hidden, activation }: PlanarOptions): Bijector {
  const net = mlp({ widths: [k, ...(k > 0 ? hidden : []), 2 * d + 1], activation, zeroLast: true });
  /** `w (batch, d)`, `û (batch, d)`, `b (batch)` and `c = wᵀû (batch)`. */
  const ridge = (x: Expr, params: Expr, seen: Expr = x): Record<"w" | "u" | "b" | "c", Expr> => {
    const all = net.apply(params, seen);
    const [w, u0, b] = [slice(all, 1, 0, d), slice(all, 1, d, 2 * d), squeeze(slice(all, 1, 2 * d), 1)];
    const a = sum(mul(w, u0), 1);
    const length2 = add(sum(square(w), 1), TINY);
    const c = add(LEAST_SLOPE - 1, softplus(add(a, Math.log(Math.expm1(1 - LEAST_SLOPE)))));
    const u = add(u0, mul(expandDims(div(sub(c, a), length2), 1), w));
    return { w, u, b, c };
  };
  const along = (w: Expr, x: Expr, b: Expr): Expr => add(sum(mul(w, x), 1), b);
  const logSlope = (c: Expr, h: Expr): Expr => log1p(mul(c, sub(1, square(h))));
  return {
    layout: net.layout,
    takes: [d],
    gives: [d],
    init(key) {
      const flat = net.init(key);
      // The directions are the first of the last layer's constants, which are the last parameters.
      flat.set(
        normal(key, [d]).data.map((v) => v / Math.sqrt(d)),
        flat.length - (2 * d + 1),
      );
      return flat;
    },
    forward(x, params, seen) {
      const { w, u, b, c } = ridge(x, params, seen);
      const h = tanh(along(w, x, b));
      return { y: add(x, mul(u, expandDims(h, 1))), logDet: logSlope(c, h) };
    },
    inverse(y, params, seen) {
      const { w, u, b, c } = ridge(y, params, seen);
      const h = tanh(ridgeRoot(along(w, y, b), c));
      return { x: sub(y, mul(u, expandDims(h, 1))), logDet: neg(logSlope(c, h)) };
    },
  };
}

/**
 * The α with `α + c tanh α = a`, for `c > −1`, element by element. By symmetry a may be taken positive. There the left
 * side is concave when c is positive and convex when it is negative, so Newton's method comes down to the root without
 * overshooting when it starts on the right side of it: below, at `max(a/(1 + c), a − c)`, or above, at
 * `min(a/(1 + c), a − c)`. No derivative passes through the steps. Two more steps carry the derivatives: each doubles
 * the order to which they are those of the root, so the first three are right.
 */
export function ridgeRoot(a: Expr, c: Expr): Expr {
  const newton = (t: Expr, target: Expr, by: Expr): Expr => {
    const h = tanh(t);
    const slope = add(1, mul(by, sub(1, square(h))));
    return sub(t, div(sub(add(t, mul(by, h)), target), slope));
  };
  const [target, by] = [abs(stopGradient(a)), stopGradient(c)];
  const [near, far] = [div(target, add(1, by)), sub(target, by)];
  const start = where(less(0, by), maximum(near, far), minimum(near, far));
  const { state } = scan({ init: { t: start }, length: STEPS }, ({ t }) => ({ state: { t: newton(t, target, by) } }));
  const root = stopGradient(mul(sign(a), state.t));
  return newton(newton(root, a, c), a, c);
}

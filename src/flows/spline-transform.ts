/** Monotonic rational-quadratic splines (Gregory & Delbourgo 1982; Durkan, Bekasov, Murray & Papamakarios 2019). */

import type { Expr } from "../ir/expr.js";
import { add, div, log, mul, neg, sqrt, square, sub } from "../ops/arithmetic.js";
import { clip, minimum } from "../ops/extrema.js";
import { cumsum } from "../ops/indexing.js";
import { cast, scalar, stopGradient } from "../ops/leaf.js";
import { and, less, lessEqual, where } from "../ops/logic.js";
import { broadcastTo, concat, expandDims, slice, sum } from "../ops/shape.js";
import { softmax, softplus } from "../ops/special.js";
import type { ScalarTransform } from "./coupling.js";

const LEAST_SIZE = 1e-3;
const LEAST_SLOPE = 1e-3;
/** How far conditioners read, in bounds: no data is there, and beyond it their numbers would overflow. */
const REACH = 1000;

/** The bin each coordinate fell in: its corner, sizes and slopes at both ends. */
interface Bin {
  readonly x0: Expr;
  readonly y0: Expr;
  readonly width: Expr;
  readonly height: Expr;
  readonly slope0: Expr;
  readonly slope1: Expr;
}

/**
 * `bins` pieces on `[−bound, bound]²`, the identity outside, slopes 1 at the ends; smooth to first order. Numbers a
 * coordinate: widths, heights, inner slopes. All zeros give the identity.
 */
export function splineTransform(bins: number, bound: number): ScalarTransform {
  return {
    size: 3 * bins - 1,
    reach: REACH * bound,
    forward(x, theta) {
      const inside = within(x, bound);
      const knots = knotsOf(theta, bins, bound);
      const held = where(inside, x, 0);
      const bin = locate(held, knots, knots.xs);
      const { y, logDet } = evaluate(inBin(div(sub(held, bin.x0), bin.width)), bin);
      return { y: where(inside, y, x), logDet: where(inside, logDet, 0) };
    },
    inverse(y, theta) {
      const inside = within(y, bound);
      const knots = knotsOf(theta, bins, bound);
      const held = where(inside, y, 0);
      const bin = locate(held, knots, knots.ys);
      const xi = inBin(solve(sub(held, bin.y0), bin));
      const { logDet } = evaluate(xi, bin);
      return { x: where(inside, add(mul(xi, bin.width), bin.x0), y), logDet: where(inside, neg(logDet), 0) };
    },
  };
}

const within = (x: Expr, bound: number): Expr => and(lessEqual(-bound, x), lessEqual(x, bound));

interface Knots {
  /** Left and lower edges `(batch, m, bins)`. */
  readonly xs: Expr;
  readonly ys: Expr;
  readonly widths: Expr;
  readonly heights: Expr;
  /** Slopes at the left and right edge of each bin. */
  readonly left: Expr;
  readonly right: Expr;
}

function knotsOf(theta: Expr, bins: number, bound: number): Knots {
  const axis = 2;
  const sizes = (from: number): Expr =>
    mul(2 * bound, add(LEAST_SIZE, mul(1 - LEAST_SIZE * bins, softmax(slice(theta, axis, from, from + bins), axis))));
  const [widths, heights] = [sizes(0), sizes(bins)];
  const edges = (s: Expr): Expr => add(-bound, sub(cumsum(s, axis), s));
  // softplus is shifted so that zero means slope 1.
  const shift = Math.log(Math.expm1(1 - LEAST_SLOPE));
  const inner = add(LEAST_SLOPE, softplus(add(slice(theta, axis, 2 * bins, 3 * bins - 1), shift)));
  const one = broadcastTo(scalar(1, theta.dtype), [...theta.shape.slice(0, 2), 1]);
  return {
    xs: edges(widths),
    ys: edges(heights),
    widths,
    heights,
    left: concat([one, inner], axis),
    right: concat([inner, one], axis),
  };
}

/** Pick the bin whose lower edge is the last one not above the point, by a mask: exactly one bin is marked. */
function locate(x: Expr, knots: Knots, edges: Expr): Bin {
  const bins = edges.shape[2]!;
  // The first edge is the bound itself, below every point: only the inner edges are compared.
  const past = cast(lessEqual(slice(edges, 2, 1, bins), expandDims(x, 2)), x.dtype); // (batch, m, bins − 1)
  const ends = (value: number): Expr => broadcastTo(scalar(value, x.dtype), [...x.shape, 1]);
  const mask = sub(concat([ends(1), past], 2), concat([past, ends(0)], 2));
  const pick = (values: Expr): Expr => sum(mul(mask, values), 2);
  return {
    x0: pick(knots.xs),
    y0: pick(knots.ys),
    width: pick(knots.widths),
    height: pick(knots.heights),
    slope0: pick(knots.left),
    slope1: pick(knots.right),
  };
}

/** Value and log-derivative at `ξ ∈ [0, 1]` inside a bin. */
function evaluate(xi: Expr, { y0, width, height, slope0, slope1 }: Bin): { y: Expr; logDet: Expr } {
  const s = div(height, width);
  const eta = sub(1, xi);
  const cross = mul(xi, eta);
  const denominator = add(s, mul(sub(add(slope0, slope1), mul(2, s)), cross));
  const y = add(y0, div(mul(height, add(mul(s, square(xi)), mul(slope0, cross))), denominator));
  const rise = add(add(mul(slope1, square(xi)), mul(mul(2, s), cross)), mul(slope0, square(eta)));
  return { y, logDet: sub(add(mul(2, log(s)), log(rise)), mul(2, log(denominator))) };
}

/**
 * `ξ` held to [0, 1], from which rounding of the knots takes it: outside the derivative of the spline may be negative.
 * Its own derivative stays as it is, at a knot as well, where that of a clip would be halved.
 */
const inBin = (xi: Expr): Expr => add(xi, stopGradient(sub(clip(xi, 0, 1), xi)));

/** `ξ` with a given height above the bin's corner: a root of `aξ² + bξ + c`, in the form that does not cancel. */
function solve(above: Expr, { width, height, slope0, slope1 }: Bin): Expr {
  const s = div(height, width);
  const bend = sub(add(slope0, slope1), mul(2, s));
  const a = add(mul(height, sub(s, slope0)), mul(above, bend));
  const b = sub(mul(height, slope0), mul(above, bend));
  const c = neg(mul(s, above));
  // √(b² − 4ac) = height · s · rise / denominator, which is at least this: below it there is rounding alone.
  const flattest = minimum(minimum(slope0, slope1), s);
  const least = square(div(mul(mul(height, s), flattest), add(s, mul(0.25, add(slope0, slope1)))));
  const discriminant = sub(square(b), mul(4, mul(a, c)));
  const root = sqrt(where(less(discriminant, least), least, discriminant));
  // Where b is negative a is not, and each form is made safe where the other one is taken.
  const falls = less(b, 0);
  const rising = div(mul(2, c), sub(neg(where(falls, 0, b)), root));
  return where(falls, div(sub(root, b), mul(2, where(falls, a, 1))), rising);
}

/** Pixels between two values as numbers without bounds, and the law of them whose logits are normal. */

import type { Expr } from "../ir/expr.js";
import { add, div, log, mul, neg, square, sub } from "../ops/arithmetic.js";
import { clip } from "../ops/extrema.js";
import { and, lessEqual, where } from "../ops/logic.js";
import { sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { type Shape, sizeOf, tensor } from "../util/tensor.js";
import { type Energy, makeEnergy } from "./energy.js";

/** Half a unit in the last place of single precision below 1: what rounds to an end is read as this far from it. */
export const NEAREST = 2 ** -24;
/** What rounding may carry u beyond an end. */
const ROUNDING = 2 ** -22;

export interface LogitOptions {
  /** α, in (0, ½): how far the least and the largest value are kept from the ends. */
  readonly alpha: number;
  /** The least and the largest value of a pixel. */
  readonly range: readonly [low: number, high: number];
}

/** How much of u a unit of a pixel is. */
export const stretchOf = ({ alpha, range: [low, high] }: LogitOptions): number => (1 - 2 * alpha) / (high - low);

/**
 * `logit(u)`, `u = α + (1 − 2α) (y − low) / (high − low)`, of points of any shape, and `log |det|`, a number a point: −∞
 * beyond `0 < u < 1` (Dinh, Sohl-Dickstein & Bengio 2017).
 */
export function logits(y: Expr, options: LogitOptions): { x: Expr; logDet: Expr } {
  const stretch = stretchOf(options);
  const event = y.shape.slice(1);
  const u = add(options.alpha, mul(stretch, sub(y, options.range[0])));
  const inside = and(lessEqual(-ROUNDING, u), lessEqual(u, 1 + ROUNDING));
  const held = where(inside, clip(u, NEAREST, 1 - NEAREST), 0.5);
  const [from0, from1] = [log(held), log(sub(1, held))];
  const slopes = where(inside, neg(add(from0, from1)), Number.NEGATIVE_INFINITY);
  const axes = event.map((_, i) => i + 1);
  return { x: sub(from0, from1), logDet: add(sum(slopes, axes), sizeOf(event) * Math.log(stretch)) };
}

/**
 * The law of points whose logits are `N(0, s² I)`: `E(x) = Σ zᵢ²/2s² + d log s + d/2 log 2π − log |det ∂z/∂x|`, `z = logits(x)`
 * (Atchison & Shen 1980, logistic-normal distributions). Normalised, so log Z = 0; no point has mass beyond `0 < u < 1`.
 */
export function logitNormalEnergy(event: Shape, options: LogitOptions, scale = 1): Energy {
  const d = sizeOf(event);
  const offset = d * Math.log(scale) + (d / 2) * Math.log(2 * Math.PI);
  const { alpha, range } = options;
  return makeEnergy({
    event,
    energy(x) {
      const { x: z, logDet } = logits(x, options);
      const axes = event.map((_, i) => i + 1);
      return sub(add(mul(0.5, sum(square(div(z, scale)), axes)), offset), logDet);
    },
    exact: {
      logZ: 0,
      sample(key, n) {
        const u = normal(key, [n, ...event], "float64").data.map((z) => 1 / (1 + Math.exp(-scale * z)));
        return tensor(
          Float64Array.from(u, (v) => range[0] + (v - alpha) / stretchOf(options)),
          [n, ...event],
        );
      },
    },
  });
}

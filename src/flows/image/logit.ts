import type { Expr } from "../../ir/expr.js";
import { emptyLayout } from "../../nn/layout.js";
import { add, div, log, mul, neg, sigmoid, sub } from "../../ops/arithmetic.js";
import { clip } from "../../ops/extrema.js";
import { and, lessEqual, where } from "../../ops/logic.js";
import { sum } from "../../ops/shape.js";
import { logSigmoid } from "../../ops/special.js";
import { InputError } from "../../util/errors.js";
import { sizeOf, tensor } from "../../util/tensor.js";
import { show } from "../../util/words.js";
import type { Bijector } from "../bijector.js";

/** Half a unit in the last place of single precision below 1: what rounds to an end is read as this far from it. */
const NEAREST = 2 ** -24;
/** What rounding may carry u beyond an end. */
const ROUNDING = 2 ** -22;

export interface LogitOptions {
  /** α, in (0, ½): how far the least and the largest value are kept from the ends. */
  readonly alpha: number;
  /** The least and the largest value of a pixel. */
  readonly range: readonly [low: number, high: number];
}

/**
 * Pixels between two values, and a little beyond, as numbers without bounds (Dinh, Sohl-Dickstein & Bengio 2017): towards
 * the base `logit(u)`, `u = α + (1 − 2α) (x − low) / (high − low)`, so that densities stay those of the pixels. No point
 * has density beyond `0 < u < 1`. Points of any shape. Data beyond the range are refused where it starts.
 */
export function logit({ alpha, range: [low, high] }: LogitOptions): Bijector {
  const stretch = (1 - 2 * alpha) / (high - low);
  const axes = (x: Expr): number[] => x.shape.map((_, i) => i).slice(1);
  const size = (x: Expr): number => sizeOf(x.shape.slice(1));
  return {
    layout: emptyLayout,
    init(_, data) {
      const beyond = data?.data.find((x) => !(x >= low && x <= high));
      if (beyond !== undefined)
        throw new InputError(
          `logit takes pixels between ${low} and ${high}, and the data hold ${show(beyond)}; set range, or logit to null`,
        );
      return new Float32Array(0);
    },
    pullBack: ({ data, shape }) =>
      tensor(
        Float32Array.from(data, (x) => {
          const u = Math.min(1 - NEAREST, Math.max(NEAREST, alpha + stretch * (x - low)));
          return Math.log(u / (1 - u));
        }),
        shape,
      ),
    forward(x) {
      const slopes = add(logSigmoid(x), logSigmoid(neg(x)));
      return {
        y: add(low, div(sub(sigmoid(x), alpha), stretch)),
        logDet: sub(sum(slopes, axes(x)), size(x) * Math.log(stretch)),
      };
    },
    inverse(y) {
      const u = add(alpha, mul(stretch, sub(y, low)));
      const inside = and(lessEqual(-ROUNDING, u), lessEqual(u, 1 + ROUNDING));
      const held = where(inside, clip(u, NEAREST, 1 - NEAREST), 0.5);
      const [from0, from1] = [log(held), log(sub(1, held))];
      const slopes = where(inside, neg(add(from0, from1)), Number.NEGATIVE_INFINITY);
      return { x: sub(from0, from1), logDet: add(sum(slopes, axes(y)), size(y) * Math.log(stretch)) };
    },
  };
}

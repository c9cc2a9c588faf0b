import { type LogitOptions, logits, NEAREST, stretchOf } from "../../energies/logit-normal.js";
import type { Expr } from "../../ir/expr.js";
import { emptyLayout } from "../../nn/layout.js";
import { add, div, neg, sigmoid, sub } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { logSigmoid } from "../../ops/special.js";
import { InputError } from "../../util/errors.js";
import { sizeOf, tensor } from "../../util/tensor.js";
import { show } from "../../util/words.js";
import type { Bijector } from "../bijector.js";

export type { LogitOptions } from "../../energies/logit-normal.js";

/**
 * Pixels between two values, and a little beyond, as numbers without bounds (Dinh, Sohl-Dickstein & Bengio 2017): towards
 * the base `logit(u)`, `u = α + (1 − 2α) (x − low) / (high − low)`, so that densities stay those of the pixels. No point
 * has density beyond `0 < u < 1`. Points of any shape. Data beyond the range are refused where it starts.
 */
export function logit(options: LogitOptions): Bijector {
  const {
    alpha,
    range: [low, high],
  } = options;
  const stretch = stretchOf(options);
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
    inverse: (y) => logits(y, options),
  };
}

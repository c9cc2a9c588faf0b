/** A flow of points of any shape as one of vectors, for what knows rows of numbers only. */

import { reshaped } from "../energies/reshaped.js";
import type { Expr } from "../ir/expr.js";
import { reshape } from "../ops/shape.js";
import { sizeOf } from "../util/tensor.js";
import type { Flow } from "./flow.js";

/** The same density of the numbers of a point in a row, `(batch, d)`. */
export function flattened(flow: Flow): Flow {
  const { event } = flow;
  const d = sizeOf(event);
  if (event.length === 1) return flow;
  const shaped = (x: Expr): Expr => reshape(x, [x.shape[0]!, ...event]);
  const flat = (x: Expr): Expr => reshape(x, [x.shape[0]!, d]);
  return Object.assign(reshaped(flow, [d]), {
    noise: flow.noise,
    logProb: (x: Expr, params: Expr) => flow.logProb(shaped(x), params),
    sample(...given: Parameters<Flow["sample"]>) {
      const { x, logProb } = flow.sample(...given);
      return { x: flat(x), logProb };
    },
    forward(z: Expr, params: Expr) {
      const { y, logDet } = flow.forward(shaped(z), params);
      return { y: flat(y), logDet };
    },
    inverse(x: Expr, params: Expr) {
      const { x: z, logDet } = flow.inverse(shaped(x), params);
      return { x: flat(z), logDet };
    },
  });
}

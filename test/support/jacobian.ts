/** Jacobians of maps of rows by one reverse walk, whatever the size of a row. */

import { grad } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import { mul } from "../../src/ops/arithmetic.js";
import { cast, constant, stopGradient } from "../../src/ops/leaf.js";
import { broadcastTo, expandDims, reshape, sum } from "../../src/ops/shape.js";
import { sizeOf, tensor } from "../../src/util/tensor.js";

/**
 * `∂y/∂x (n, d, d)` of a map that moves points `(n, …)` row by row: each point is repeated as often as it has numbers,
 * and the repetition i asked for the derivative of number i.
 */
export function jacobianOf(map: (x: Expr) => Expr, x: Expr): Expr {
  const [n, ...event] = x.shape as [number, ...number[]];
  const d = sizeOf(event);
  const repeated = stopGradient(reshape(broadcastTo(expandDims(x, 1), [n, d, ...event]), [n * d, ...event]));
  const eye = Float32Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
  const picked = mul(reshape(map(repeated), [n, d, d]), cast(constant(tensor(eye, [d, d])), x.dtype));
  return reshape(grad(sum(picked), [repeated])[0], [n, d, d]);
}

/** Sampling in coordinates in which a density is about as wide one way as another: `x = L z`. */

import type { Expr } from "../../ir/expr.js";
import { mul } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/linalg.js";
import { reshape } from "../../ops/shape.js";
import { solveLower } from "../../util/cholesky.js";
import { allocate, type FloatTensor, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import type { Target } from "../target.js";

/**
 * The scale of the coordinates, in float64: standard deviations `(d)`, or the lower Cholesky factor `(d, d)` of a
 * covariance. For a Hamiltonian kernel it is the square root of the inverse mass matrix.
 */
export type Scale = Tensor<Float64Array>;

/** `L z` for rows of latent points `(n, ...event)`. */
export function unwhiten(z: Expr, scale: Expr): Expr {
  const d = sizeOf(z.shape.slice(1));
  const rows = reshape(z, [z.shape[0]!, d]);
  return reshape(scale.shape.length === 1 ? mul(rows, scale) : matmul(rows, scale, { transposeB: true }), z.shape);
}

/**
 * The law of `z = L⁻¹ x`: its energy is `E(L z)`, up to the constant `log det L`. A kernel with unit scale on it is the
 * kernel with that scale on `E`. What else a target has lives in `x` and is left out.
 */
export const precondition = ({ energy, event, chains }: Target, scale: Expr): Target => ({
  event,
  chains,
  energy: (z) => energy(unwhiten(z, scale)),
});

/** `L⁻¹ x` for rows on the host, in the width of `x`. */
export function whiten(x: FloatTensor, scale: Scale): FloatTensor {
  const [d] = scale.shape as [number];
  const out = allocate(x.dtype as "float32" | "float64", x.data.length);
  for (let from = 0; from < out.length; from += d) {
    const row = x.data.subarray(from, from + d);
    out.set(scale.shape.length === 2 ? solveLower(scale.data, row, d) : row.map((v, i) => v / scale.data[i]!), from);
  }
  return tensor(out, x.shape);
}

/** The standard deviation that it gives each coordinate, to compare two scales by. */
export function deviationsOf({ shape, data }: Scale): Float64Array {
  const [d] = shape as [number];
  if (shape.length === 1) return data;
  return Float64Array.from({ length: d }, (_, i) => Math.hypot(...data.subarray(i * d, (i + 1) * d)));
}

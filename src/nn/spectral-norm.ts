/** Weights divided by their largest singular value, so that a layer stretches no difference by more than 1. */

import type { Expr } from "../ir/expr.js";
import { div, mul } from "../ops/arithmetic.js";
import { cast, constant, stopGradient } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { reshape, sum } from "../ops/shape.js";
import { norm } from "../ops/special.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { sizeOf } from "../util/tensor.js";

/** Squarings of `W Wᵀ`: 2¹⁰ steps of the power method, by ten small products and without a state. */
const SQUARINGS = 10;

/**
 * The largest singular value of weights `(outputs, ...)` as a matrix `(outputs, rest)`, a scalar. Its derivative is that of
 * `uᵀ W v` at its singular vectors, which are held. Of a convolution it is that of the matrix of its kernel, as Miyato et
 * al. have it, and no more than the kernel's size above that of the map of images.
 * Source: Miyato, Kataoka, Koyama & Yoshida (2018), Spectral normalization for generative adversarial networks.
 */
export function largestSingularValue(weight: Expr): Expr {
  const [outputs, ...rest] = weight.shape as [number, ...number[]];
  const w = reshape(weight, [outputs, sizeOf(rest)]);
  // Of size 1, so that squares are neither too small nor too large for single precision.
  const held = unit(stopGradient(w));
  let gram = matmul(held, held, { transposeB: true });
  for (let i = 0; i < SQUARINGS; i++) {
    // By its norm, so that the power neither overflows nor dies away.
    const scaled = div(gram, norm(gram));
    gram = matmul(scaled, scaled);
  }
  // Some direction that no singular vector has reason to be orthogonal to.
  const start = cast(constant(normal(makeKey(0), [outputs, 1])), weight.dtype);
  const u = unit(matmul(gram, start));
  const v = unit(matmul(held, u, { transposeA: true }));
  return sum(mul(u, matmul(w, v)));
}

const unit = (x: Expr): Expr => div(x, norm(x));

/** `W / σ(W)`. */
export const spectralNormalised = (weight: Expr): Expr => div(weight, largestSingularValue(weight));

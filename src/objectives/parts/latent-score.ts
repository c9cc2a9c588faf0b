/** The score of a density that is known only as an integral over latents. */

import type { Expr } from "../../ir/expr.js";
import { add, div, exp, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { expandDims, reshape, sum } from "../../ops/shape.js";
import { logMeanExp, mean, softmax } from "../../ops/special.js";

/** Points drawn as `x = g(z) + s ξ` with `z ~ N(0, I_k)`, `ξ ~ N(0, I_d)`, and how their latents are looked for. */
export interface Drawn {
  /** `g (m, k) → (m, d)`. */
  generate(z: Expr): Expr;
  /** `(n, d)`. */
  readonly x: Expr;
  /** The latents that the points were drawn with, `(n, k)`. */
  readonly z: Expr;
  /** `log s`, a scalar. */
  readonly logScale: Expr;
  /** `log η (k)` of the proposal `N(z, η²)`. */
  readonly logEta: Expr;
  /** Standard normal noise of the proposal, `(S, n, k)`. */
  readonly noise: Expr;
}

export interface LatentScore {
  /** An estimate of `∇ₓ log q(x)`, `(n, d)`. */
  readonly score: Expr;
  /** `mean log q(x, z′)` over points and proposals. */
  readonly joint: Expr;
  /** `mean log mean w`: on average at most `mean log q(x)`, and nearer the more samples (Burda et al. 2016). */
  readonly bound: Expr;
  /** Effective sample size of the importance weights, as a share of S, averaged over points. */
  readonly ess: Expr;
}

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * `∇ₓ log q(x) = E[−(x − g(z′))/s² | x]` over the posterior of the latents, by self-normalised importance sampling:
 * `z′ᵢ ~ N(z, η²)` around the latents z of the point, weighted by `wᵢ ∝ q(x | z′ᵢ) p(z′ᵢ) / N(z′ᵢ; z, η²)`.
 *
 * What remains of z in the estimate is its bias, of order 1/S where the weights have a second moment. As z is itself a
 * draw of the posterior, the estimate with a single draw is right on average over z given x, and yet useless: for its
 * product with `∂x/∂φ`, which depends on z too, only the mean given x and z counts.
 *
 * Of a normal posterior of width τ the weights have, over z, the second moment `(u + 1)/(2 √(u − 2))` with
 * `u = 2η²/τ² − 1`: infinite at `η = τ`, where `joint + Σ log η` has its maximum, the bound with one proposal that the
 * paper's η goes up; and smallest, √3, at `η² = 3τ²`, where `joint + 3 Σ log η` has it.
 * Source: Grathwohl et al. (2021), section 4.
 */
export function latentScore({ generate, x, z, logScale, logEta, noise }: Drawn): LatentScore {
  const [samples, n, k] = noise.shape as [number, number, number];
  const d = x.shape[1]!;
  const near = add(z, mul(exp(logEta), noise));
  const off = sub(x, reshape(generate(reshape(near, [samples * n, k])), [samples, n, d]));
  const precision = exp(mul(-2, logScale));
  const logLikelihood = sub(mul(mul(-0.5, precision), sum(square(off), 2)), add(mul(d, logScale), (d / 2) * LOG_2PI));
  const logPrior = sub(mul(-0.5, sum(square(near), 2)), (k / 2) * LOG_2PI);
  const logJoint = add(logLikelihood, logPrior);
  const logProposal = neg(add(mul(0.5, sum(square(noise), 2)), add(sum(logEta), (k / 2) * LOG_2PI)));
  const logWeights = sub(logJoint, logProposal);
  const weights = softmax(logWeights, 0);
  return {
    score: neg(mul(precision, sum(mul(expandDims(weights, 2), off), 0))),
    joint: mean(logJoint),
    bound: mean(logMeanExp(logWeights, 0)),
    ess: div(mean(div(1, sum(square(weights), 0))), samples),
  };
}

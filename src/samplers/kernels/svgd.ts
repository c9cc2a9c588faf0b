import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, exp, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { maximum, orderStatistic } from "../../ops/extrema.js";
import { matmul } from "../../ops/linalg.js";
import { reshape, sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { sizeOf } from "../../util/tensor.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/** Below any distance that matters, and above what makes its reciprocal infinite. */
const TINY = 1e-30;

/** `|xᵢ − xⱼ|²` of rows `(n, d)`, from centred rows, so that little cancels; never negative, though rounded. */
export function squaredDistances(rows: Expr): Expr {
  const n = rows.shape[0]!;
  const x = sub(rows, mean(rows, 0));
  const squares = sum(square(x), 1);
  const inner = matmul(x, x, { transposeB: true });
  return maximum(sub(add(reshape(squares, [n, 1]), squares), mul(2, inner)), 0);
}

/**
 * Stein variational gradient descent: the chains are the particles of one population, and move together along
 * `φ(xᵢ) = 1/n Σⱼ [−k(xⱼ, xᵢ) ∇E(xⱼ) + ∇_{xⱼ} k(xⱼ, xᵢ)]`: uphill, averaged over neighbours, and away from one another.
 * The kernel is `k(x, y) = exp(−|x − y|²/h)` with `h = m²/log(n + 1)`, `m` the median distance of two particles. There is no
 * noise: at a fixed point Stein's identity holds for the functions `k(·, xᵢ)`, and one particle is at a mode. Draws of one
 * chain are the path of a particle, not a sample; the particles after the last step are. A step costs `O(n²)`.
 */
export const svgd = sampler({
  name: "svgd",
  about: "Particles that climb together and repel each other, without noise: a small set that represents the density.",
  cite: "Liu & Wang (2016), Stein variational gradient descent: a general purpose Bayesian inference algorithm",
  exact: false,
  interacts: true,
  options: z.object({ stepSize: z.number().positive().default(0.1).describe("ε, the step size") }),
  noise: () => ({}),
  kernel: ({ energy, event, chains: n }, { stepSize }) => ({
    init: (x) => ({ x }),
    step({ x }) {
      const flat = (e: Expr): Expr => reshape(e, [n, sizeOf(event)]);
      const points = flat(x!);
      const uphill = neg(flat(energyAndGradient(energy, x!).gradient));
      if (n === 1) return { state: { x: add(x!, reshape(mul(stepSize, uphill), x!.shape)) }, info: {} };
      const distances = squaredDistances(points);
      // In order come the n distances of particles from themselves, then those of pairs, each twice.
      const median = orderStatistic(reshape(distances, [n * n]), n + Math.floor((n * (n - 1)) / 2));
      const width = div(maximum(median, TINY), Math.log(n + 1));
      const kernel = exp(neg(div(distances, width)));
      const total = reshape(sum(kernel, 1), [n, 1]);
      const apart = mul(div(2, width), sub(mul(total, points), matmul(kernel, points)));
      const velocity = div(add(matmul(kernel, uphill), apart), n);
      return { state: { x: add(x!, reshape(mul(stepSize, velocity), x!.shape)) }, info: {} };
    },
  }),
});

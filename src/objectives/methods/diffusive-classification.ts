import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, log, mul, neg, sqrt, square } from "../../ops/arithmetic.js";
import { full } from "../../ops/indexing.js";
import { concat, expandDims, reshape, sum } from "../../ops/shape.js";
import { logMeanExp, logSumExp, mean, variance } from "../../ops/special.js";
import { sumEvent } from "../../samplers/parts/metropolis.js";
import { essential } from "../../util/options.js";
import { objective } from "../objective.js";
import { classificationMetrics, denoisingMetrics, logZMetrics } from "../parts/metrics.js";
import { denoise, evenPlaces, type Levelled, levelAt, levelled, noisyRows, turn } from "../parts/noise-levels.js";

/**
 * Diffusive classification: tell at which of L noise levels a noisy row was made, by the energies at all of them, beside
 * denoising: `w · mean −log softmaxⱼ(−E(x⁺ + σᵢε, σⱼ))ᵢ + ½ mean |ε − σᵢ ∇E(x⁺ + σᵢε, σᵢ)|²`.
 *
 * The best classifier has `E(x, σⱼ) − E(x, σᵢ) = log pᵢ(x) − log pⱼ(x)` for every x, so E is `−log p_σ(x) + c(x)` with one c
 * for all levels; denoising at a level that joins the modes makes c a constant. So levels hand the weights of modes down to
 * the smallest, which denoising alone does not see, and **all levels share one log Z**. Constants of levels are learned within
 * E, which is a function of σ: log-normalisers beside it would be the same numbers a second time.
 *
 * Row i's levels are L steps of equal ratio from a random first; its own is any of them alike, and as in
 * multi-scale-denoising log-uniform on the whole.
 */
export const diffusiveClassification = objective({
  name: "diffusive-classification",
  about: "Tells noise levels apart by their energies, beside denoising: one log Z for all, and weights of modes right.",
  cite: "Grenioux et al. (2026), A diffusive classification loss for learning energy-based generative models",
  expected: [
    {
      weights: "right",
      why: "Levels of much noise compare the modes, and classification hands what they find down to those of little.",
    },
  ],
  trains: ["energy"],
  metrics: { ...classificationMetrics, ...denoisingMetrics, ...logZMetrics },
  needs: ["noiseLevels"],
  options: z.object({
    levels: z
      .number()
      .int()
      .min(2)
      .max(256)
      .default(8)
      .describe("L, levels told apart; neighbours must overlap, so more for more dimensions and wider ranges")
      .meta(essential),
    weight: z.number().positive().default(1).describe("w, of the classification beside the denoising"),
  }),
  iteration(model, batch, { levels, weight }) {
    return {
      groups: ["energy"],
      noise: noisyRows(model, batch),
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const own = levelled(model.energy, params.energy);
        const place = evenPlaces(noise.level!, batch);
        const made = denoise(own, x, noise, levelAt(place, own.range));
        // The other levels of a row, around the circle from its own: a ladder whose first step is anywhere.
        const others = Array.from({ length: levels - 1 }, (_, i) => turn(place, (i + 1) / levels));
        const sigmas = levelAt(concat(others, 0), own.range);
        const elsewhere = own.energy(concat(Array<Expr>(levels - 1).fill(made.noisy), 0), sigmas);
        const all = concat([expandDims(made.energy, 0), reshape(elsewhere, [levels - 1, batch])], 0);
        const classification = mean(add(made.energy, logSumExp(neg(all), 0)));
        return {
          losses: { energy: add(mul(weight, classification), made.loss) },
          carry: {},
          metrics: { classification, denoising: made.loss, logZ: logZAtTheTop(own, x, noise.epsilon!) },
        };
      },
    };
  },
});

/** `log mean exp(−E(y, σ))/q(y)` at the largest σ, q normal with the moments of rows smoothed by it. */
function logZAtTheTop({ energy, range: [, largest] }: Levelled, x: Expr, epsilon: Expr): Expr {
  const n = x.shape[0]!;
  const spread = add(variance(x, 0), largest ** 2);
  const y = add(mean(x, 0), mul(sqrt(spread), epsilon));
  const logQ = mul(-0.5, add(sumEvent(square(epsilon)), sum(log(mul(2 * Math.PI, spread)))));
  return logMeanExp(neg(add(energy(y, full([n], largest)), logQ)));
}

import { z } from "zod";
import { type Energy, makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, div, exp, floor, mul, square, sub } from "../../ops/arithmetic.js";
import { minimum } from "../../ops/extrema.js";
import { concat, reshape } from "../../ops/shape.js";
import { sumEvent } from "../../samplers/parts/metropolis.js";
import { localOption } from "../../samplers/roles/local.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { objective } from "../objective.js";
import { contrast, contrastOptions } from "../parts/contrast.js";
import { acceptanceMetrics, energyMetrics } from "../parts/metrics.js";
import { walk, walkNoise } from "../parts/negatives.js";

/**
 * Diffusion recovery likelihood: an energy of noisy points is learned from how it takes a little more noise off again.
 * Levels `σ` are geometric over those of the energy, with ratio r; a row gets one of them at random, `x = x⁺ + σ ε`, and
 * more noise, `x̃ = x + s ε′` with `s² = (r² − 1) σ²`, so that `x̃` is a row at the level above. The conditional
 *
 *     p(x | x̃) ∝ exp(−E(x, σ) − |x − x̃|²/2s²)
 *
 * has a likelihood whose gradient is `∇[mean E(x, σ) − mean E(x⁻, σ)]`, `x⁻` from short chains of the conditional that begin
 * at `x̃`. It is nearly one mode where s is small, so that short chains arrive. Its minimum over all energies is, at every
 * level, the energy of the data smoothed by `N(0, σ² I)`, up to a constant a level: `smoothed` of the energy. The paper
 * scales points down as noise is added; here they keep their scale, and only the unit of length differs. The level above
 * the largest is only drawn, so that the largest is learned too. With one level s reaches from the smallest to the
 * largest: as s grows, that is contrastive divergence with chains from noise.
 *
 * Chains move in units of `σs/√(σ² + s²)`, the width of the conditional where `E(·, σ)` is as sharp as smoothing by σ allows,
 * so that one step size serves all levels. Levels are not compared with one another: at a level whose s does not reach
 * from one mode to the next, only how smoothly the network depends on σ says what they weigh.
 */
export const diffusionRecovery = objective({
  name: "diffusion-recovery",
  about: "Likelihood of taking noise off, level by level: short chains suffice; levels do not share mode weights.",
  cite: "Gao, Song, Poole, Wu & Kingma (2021), Learning energy-based models by diffusion recovery likelihood",
  expected: [
    {
      weights: "wrong",
      why: "Levels of much noise compare the modes, those of little do not, and nothing ties the one to the other.",
    },
  ],
  trains: ["energy"],
  metrics: { ...energyMetrics, ...acceptanceMetrics },
  needs: ["noiseLevels"],
  options: z.object({
    ...contrastOptions,
    levels: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(6)
      .describe("noise levels, geometric from the smallest to the largest of the energy")
      .meta(essential),
    local: localOption({ alone: true })
      .default("mala")
      .describe("kernel of the chains; its authors use ula")
      .meta(essential),
    localSteps: z.number().int().min(1).max(10_000).default(30).describe("k, steps of each chain").meta(essential),
    stepSize: z
      .number()
      .positive()
      .default(0.5)
      .describe("ε, the step size, in units of the narrowest variance that the conditional can have")
      .meta(essential),
  }),
  iteration({ event, energy }, batch, { levels, energyPenalty, ...local }) {
    const [smallest, largest] = energy.noiseLevels!;
    const ratio = (largest / smallest) ** (1 / Math.max(1, levels - 1));
    const points = { law: "normal", shape: [batch, ...event] } as const;
    const each = (e: Expr): Expr => reshape(e, [batch, ...event.map(() => 1)]);
    return {
      groups: ["energy"],
      noise: {
        ...withPrefix("walk.", walkNoise({ event, energy }, batch, local)),
        level: { law: "uniform", shape: [batch] },
        smoothing: points,
        addition: points,
      },
      carry: {},
      start: () => ({}),
      step({ params, batch: data, noise }) {
        // A uniform number below 1 may round to it when multiplied.
        const level = minimum(floor(mul(levels, noise.level!)), levels - 1);
        const sigma = mul(smallest, exp(mul(Math.log(ratio), level)));
        const x = add(data, mul(each(sigma), noise.smoothing!));
        const noisier = add(x, mul(mul(Math.sqrt(ratio ** 2 - 1), each(sigma)), noise.addition!));
        const width = mul(Math.sqrt(1 - ratio ** -2), each(sigma));
        const start = div(noisier, width);
        const conditional = makeEnergy({
          event,
          layout: energy.layout,
          energy(y, theta) {
            // The width over s is 1/r.
            const drawn = mul(0.5 * ratio ** -2, sumEvent(square(sub(y, start))));
            return add(energy.smoothed!(mul(width, y), sigma, theta), drawn);
          },
        });
        const model = { event, energy: conditional };
        const walked = walk(model, params.energy, start, underPrefix("walk.", noise), local);
        const negatives = mul(width, walked.x);
        const { loss, metrics } = contrast(atLevels(energy, sigma), params.energy, x, negatives, { energyPenalty });
        return { losses: { energy: loss }, carry: {}, metrics: { ...metrics, ...walked.metrics } };
      },
    };
  },
});

/** The energy of two batches, one below the other, both at the same levels. */
const atLevels = ({ event, layout, smoothed }: Energy, sigma: Expr): Energy =>
  makeEnergy({ event, layout, energy: (x, params) => smoothed!(x, concat([sigma, sigma], 0), params) });

import { noOptions } from "../../util/options.js";
import { objective } from "../objective.js";
import { denoisingMetrics } from "../parts/metrics.js";
import { denoise, evenPlaces, levelAt, levelled, noisyRows } from "../parts/noise-levels.js";

/**
 * Denoising score matching at every noise level, `½ E_σ mean |ε − σ ∇E(x⁺ + σε, σ)|²`, σ log-uniform between the levels of
 * the energy and evenly spread over the rows. By its factor σ² each level counts alike. **At σ it learns `p_data * N(0, σ²)`,
 * up to a constant of the level**, on which nothing depends.
 *
 * Where σ joins the modes the slope between them tells their weights; where it does not, nothing does, and at the
 * smallest level E may hold any. Draws that come down the levels (annealed-langevin) choose their mode where modes are joined.
 */
export const multiScaleDenoising = objective({
  name: "multi-scale-denoising",
  about:
    "Denoising score matching at all noise levels together, for annealed sampling; blind to weights at the smallest.",
  cite: "Song & Ermon (2019), Generative modeling by estimating gradients of the data distribution",
  expected: [
    {
      as: "multi-scale denoising",
      weights: "wrong",
      why: "As denoising at one level: that of little noise is told nothing of the weights by those of much.",
    },
  ],
  trains: ["energy"],
  metrics: denoisingMetrics,
  needs: ["noiseLevels"],
  options: noOptions,
  iteration(model, batch) {
    return {
      groups: ["energy"],
      noise: noisyRows(model, batch),
      carry: {},
      start: () => ({}),
      step({ params, batch: x, noise }) {
        const own = levelled(model.energy, params.energy);
        const sigma = levelAt(evenPlaces(noise.level!, batch), own.range);
        const { loss } = denoise(own, x, noise, sigma);
        return { losses: { energy: loss }, carry: {}, metrics: { denoising: loss } };
      },
    };
  },
});

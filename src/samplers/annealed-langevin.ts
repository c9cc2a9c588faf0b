import { z } from "zod";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { scan } from "../ops/control.js";
import { cast, constant } from "../ops/leaf.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { energyAndGradient } from "./metropolis.js";
import { sampler } from "./sampler.js";

/**
 * Annealed Langevin: one step is a whole pass. It forgets where it was, draws `x ~ N(0, σ_max² I)`, and takes k Langevin
 * steps at each of L noise levels, geometric from σ_max to σ_min: at level σ the energy is that of the density smoothed by
 * `N(0, σ² I)`, and the step `ε σ²/σ_min²`. So a chain's draws are independent of one another, and of the warm-up. Their law
 * is near that of the density smoothed by σ_min where σ_max is beyond the distance of modes and `ε/σ_min²` well below 1.
 */
export const annealedLangevin = sampler({
  name: "annealed-langevin",
  about: "Langevin steps down a ladder of noise levels, afresh for every draw: across modes, and biased.",
  cite: "Song & Ermon (2019), Generative modeling by estimating gradients of the data distribution",
  exact: false,
  crosses: true,
  needs: "smoothed",
  options: z.object({
    sigmaMax: z.number().positive().default(10).describe("largest noise level: as wide as the density, or wider"),
    sigmaMin: z.number().positive().default(0.1).describe("smallest noise level, which the draws keep"),
    levels: z.number().int().min(2).max(1000).default(20).describe("L, noise levels"),
    steps: z.number().int().min(1).max(1000).default(20).describe("k, Langevin steps a level"),
    stepSize: z.number().positive().default(0.002).describe("ε, the step size at the smallest level"),
  }),
  gradients: ({ levels, steps }) => levels * steps,
  kernel({ event, chains, smoothed }, options) {
    const { sigmaMax, sigmaMin, levels, steps, stepSize } = options as Record<keyof typeof options, number>;
    if (!(sigmaMin < sigmaMax))
      throw new InputError(`sampler annealed-langevin: sigmaMin ${sigmaMin} must be below sigmaMax ${sigmaMax}`);
    const level = (i: number): number => sigmaMax * (sigmaMin / sigmaMax) ** (Math.floor(i / steps) / (levels - 1));
    const schedule = Float64Array.from({ length: levels * steps }, (_, i) => level(i));
    const ratio = stepSize / sigmaMin ** 2;
    return {
      noise: {
        start: { law: "normal", shape: [chains, ...event] },
        xi: { law: "normal", shape: [levels * steps, chains, ...event] },
      },
      init: (x) => ({ x }),
      step(_, { start, xi }) {
        const sigmas = cast(constant(tensor(schedule)), start!.dtype);
        const pass = scan(
          { init: { x: mul(sigmaMax, start!) }, xs: { sigma: sigmas, xi: xi! } },
          ({ x }, { sigma, xi: noise }) => {
            const { gradient } = energyAndGradient((y) => smoothed!(y, sigma), x);
            const drift = mul(mul(ratio, square(sigma)), gradient);
            return { state: { x: add(sub(x, drift), mul(mul(Math.sqrt(2 * ratio), sigma), noise)) } };
          },
        );
        return { state: { x: pass.state.x }, info: {} };
      },
    };
  },
});

import { z } from "zod";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { scan } from "../../ops/control.js";
import { cast, constant } from "../../ops/leaf.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/** A noise level, or that of the energy. */
const level = (unlearned: number, about: string) =>
  z
    .union([z.literal("energy"), z.number().positive()])
    .default("energy")
    .describe(`${about}; energy: that at which it was learned, or ${unlearned} where it knows all`);

/**
 * Annealed Langevin: one step is a whole pass. It forgets where it was, draws `x ~ N(0, σ_max² I)`, and takes k Langevin
 * steps at each of L noise levels, geometric from σ_max to σ_min: at level σ the energy is that of the density smoothed by
 * `N(0, σ² I)`, and the step `ε σ²`. So a chain's draws are independent of one another, and of the warm-up. Their law
 * is near that of the density smoothed by σ_min where σ_max is beyond the distance of modes and ε well below 1.
 * An energy that was learned at a range of levels is asked at no others unless told to.
 */
export const annealedLangevin = sampler({
  name: "annealed-langevin",
  about: "Langevin steps down a ladder of noise levels, afresh for every draw: across modes, and biased.",
  cite: "Song & Ermon (2019), Generative modeling by estimating gradients of the data distribution",
  exact: false,
  crosses: true,
  forgets: true,
  needs: ["smoothed"],
  options: z.object({
    sigmaMax: level(10, "largest noise level: as wide as the density, or wider"),
    sigmaMin: level(0.1, "smallest noise level, which the draws keep"),
    levels: z.number().int().min(2).max(1000).default(20).describe("L, noise levels"),
    steps: z.number().int().min(1).max(1000).default(20).describe("k, Langevin steps a level"),
    stepSize: z.number().positive().default(0.2).describe("ε, the step size at σ in units of σ²"),
  }),
  gradients: ({ levels, steps }) => levels * steps,
  noise: ({ event, chains }, { levels, steps }) => ({
    start: { law: "normal", shape: [chains, ...event] },
    xi: { law: "normal", shape: [levels * steps, chains, ...event] },
  }),
  kernel({ smoothed, noiseLevels: [smallest, largest] = [0.1, 10] }, options) {
    const { levels, steps, stepSize } = options as Record<keyof typeof options, number>;
    const sigmaMax = options.sigmaMax === "energy" ? largest : options.sigmaMax;
    const sigmaMin = options.sigmaMin === "energy" ? smallest : options.sigmaMin;
    if (!(sigmaMin < sigmaMax))
      throw new InputError(`sampler annealed-langevin: sigmaMin ${sigmaMin} must be below sigmaMax ${sigmaMax}`);
    const sigmaOf = (i: number): number => sigmaMax * (sigmaMin / sigmaMax) ** (Math.floor(i / steps) / (levels - 1));
    const schedule = Float64Array.from({ length: levels * steps }, (_, i) => sigmaOf(i));
    return {
      init: (x) => ({ x }),
      step(_, { start, xi }) {
        const sigmas = cast(constant(tensor(schedule)), start!.dtype);
        const pass = scan(
          { init: { x: mul(sigmaMax, start!) }, xs: { sigma: sigmas, xi: xi! } },
          ({ x }, { sigma, xi: noise }) => {
            const { gradient } = energyAndGradient((y) => smoothed!(y, sigma), x);
            const drift = mul(mul(stepSize, square(sigma)), gradient);
            return { state: { x: add(sub(x, drift), mul(mul(Math.sqrt(2 * stepSize), sigma), noise)) } };
          },
        );
        return { state: { x: pass.state.x }, info: {} };
      },
    };
  },
});

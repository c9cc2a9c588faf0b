import { z } from "zod";
import { add, mul, sqrt, sub } from "../../ops/arithmetic.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/**
 * Unadjusted Langevin: `x ← x − ε ∇E(x) + √(2ε) ξ`, `ξ ~ N(0, I)`. Its stationary law is not p: on N(0, σ²) its
 * variance is `σ² / (1 − ε/(2σ²))`, and it diverges for `ε > 2σ²`.
 */
export const ula = sampler({
  name: "ula",
  about: "Unadjusted Langevin: a gradient step plus noise, never rejected; biased by order ε.",
  cite: "Roberts & Tweedie (1996), Exponential convergence of Langevin distributions and their discrete approximations",
  exact: false,
  options: z.object({ stepSize: z.number().positive().default(0.005).describe("ε, the step size") }),
  noise: ({ event, chains }) => ({ xi: { law: "normal", shape: [chains, ...event] } }),
  kernel: ({ energy }, { stepSize }) => ({
    init: (x) => ({ x }),
    step({ x }, { xi }) {
      const { gradient } = energyAndGradient(energy, x!);
      const scale = typeof stepSize === "number" ? Math.sqrt(2 * stepSize) : sqrt(mul(2, stepSize));
      return { state: { x: add(sub(x!, mul(stepSize, gradient)), mul(scale, xi!)) }, info: {} };
    },
  }),
});

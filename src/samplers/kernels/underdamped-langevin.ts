import { z } from "zod";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { zerosLike } from "../../ops/indexing.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/**
 * Underdamped Langevin dynamics `dx = v dt`, `dv = −∇E dt − γ v dt + √(2γ) dW`, by the splitting BAOAB of step h: half a
 * kick, half a drift, the exact law of friction and noise `v ← e^{−γh} v + √(1 − e^{−2γh}) ξ`, half a drift, half a kick.
 * Nothing is rejected. On `N(0, σ²)` it is stable for `h < 2σ` and the variance of x is `σ²` for every such h, though
 * that of v is `1 − h²/4σ²`; elsewhere the law of x is off by order h². Chains begin at rest, so that a first stretch of
 * `1/γ` belongs to the warm-up.
 */
export const underdampedLangevin = sampler({
  name: "underdamped-langevin",
  about: "Langevin dynamics with inertia, never rejected: biased by order h², and not at all on Gaussians.",
  cite: "Leimkuhler & Matthews (2013), Rational construction of stochastic numerical methods for molecular sampling",
  exact: false,
  metric: "diagonal",
  memory: ["v"],
  options: z.object({
    stepSize: z.number().positive().default(0.1).describe("h, the step size"),
    friction: z.number().positive().default(1).describe("γ, the friction; 1/γ is how long a velocity lasts"),
  }),
  noise: ({ event, chains }) => ({ xi: { law: "normal", shape: [chains, ...event] } }),
  kernel: ({ energy }, { stepSize, friction }) => {
    const [h, gamma] = [stepSize as number, friction as number];
    const kept = Math.exp(-gamma * h);
    return {
      init: (x) => ({ x, v: zerosLike(x), gradient: energyAndGradient(energy, x).gradient }),
      step({ x, v, gradient }, { xi }) {
        const kicked = sub(v!, mul(h / 2, gradient!));
        const refreshed = add(mul(kept, kicked), mul(Math.sqrt(-Math.expm1(-2 * gamma * h)), xi!));
        const y = add(x!, mul(h / 2, add(kicked, refreshed)));
        const there = energyAndGradient(energy, y).gradient;
        return { state: { x: y, v: sub(refreshed, mul(h / 2, there)), gradient: there }, info: {} };
      },
    };
  },
});

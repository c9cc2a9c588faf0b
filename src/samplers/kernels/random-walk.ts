import { z } from "zod";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { accept } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/**
 * Random-walk Metropolis: propose `y = x + s ξ`, accept with `min(1, exp(E(x) − E(y)))`. Needs no gradient. On N(0, 1)
 * it accepts `(2/π) atan(2/s)`; in many dimensions 0.234 is best.
 */
export const randomWalk = sampler({
  name: "random-walk",
  about: "Gaussian steps accepted by energy alone: exact, no gradient, slow in many dimensions.",
  cite: "Metropolis et al. (1953); Roberts, Gelman & Gilks (1997)",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.234 },
  metric: "dense",
  gradients: () => 0,
  options: z.object({ stepSize: z.number().positive().default(0.2).describe("s, standard deviation of a step") }),
  noise: ({ event, chains }) => ({
    xi: { law: "normal", shape: [chains, ...event] },
    u: { law: "uniform", shape: [chains] },
  }),
  kernel: ({ energy }, { stepSize }) => ({
    init: (x) => ({ x, energy: energy(x) }),
    step({ x, energy: e }, { xi, u }) {
      const y = add(x!, mul(stepSize, xi!));
      const proposed = { x: y, energy: energy(y) };
      const { state, acceptance } = accept(sub(e!, proposed.energy), u!, proposed, { x: x!, energy: e! });
      return { state, info: { acceptance }, proposed: proposed.x };
    },
  }),
});

import { z } from "zod";
import { add, div, mul, sqrt, square, sub } from "../../ops/arithmetic.js";
import { accept, energyAndGradient, sumEvent } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/**
 * Metropolis-adjusted Langevin: propose `y = x − ε ∇E(x) + √(2ε) ξ`, accept with
 * `min(1, exp(E(x) − E(y) + (|y − x + ε∇E(x)|² − |x − y + ε∇E(y)|²) / 4ε))`. The first square is `2ε|ξ|²`.
 * Energy and gradient are cached with the position; a rejected move keeps the old ones.
 */
export const mala = sampler({
  name: "mala",
  about: "Langevin proposals, corrected by acceptance: exact, and best near an acceptance of 0.574.",
  cite: "Besag (1994); Roberts & Rosenthal (1998), Optimal scaling of discrete approximations to Langevin diffusions",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.574 },
  metric: "diagonal",
  options: z.object({ stepSize: z.number().positive().default(0.005).describe("ε, the step size") }),
  noise: ({ event, chains }) => ({
    xi: { law: "normal", shape: [chains, ...event] },
    u: { law: "uniform", shape: [chains] },
  }),
  kernel: ({ energy }, { stepSize }) => ({
    init: (x) => ({ x, ...energyAndGradient(energy, x) }),
    step(state, { xi, u }) {
      const { x, energy: e, gradient: g } = state;
      const scale = typeof stepSize === "number" ? Math.sqrt(2 * stepSize) : sqrt(mul(2, stepSize));
      const y = add(sub(x!, mul(stepSize, g!)), mul(scale, xi!));
      const proposed = { x: y, ...energyAndGradient(energy, y) };
      const back = add(sub(x!, y), mul(stepSize, proposed.gradient));
      const logBack = mul(0.25, sumEvent(div(square(back), stepSize)));
      const logThere = mul(0.5, sumEvent(square(xi!)));
      const logRatio = add(sub(e!, proposed.energy), sub(logThere, logBack));
      const { state: next, acceptance } = accept(logRatio, u!, proposed, { x: x!, energy: e!, gradient: g! });
      return { state: next, info: { acceptance }, proposed: proposed.x };
    },
  }),
});

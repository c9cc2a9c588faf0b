import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, mul, neg, sigmoid, sub } from "../../ops/arithmetic.js";
import { less, where } from "../../ops/logic.js";
import { logSigmoid } from "../../ops/special.js";
import { accept, energyAndGradient, sumEvent } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

/**
 * Barker's proposal: each coordinate takes a Gaussian step `s ξᵢ`, and keeps its sign with probability
 * `σ(−s ξᵢ ∂ᵢE(x))`, σ the logistic function, else turns it round. The density of the move `δ = y − x` is
 * `Πᵢ 2 N(δᵢ; 0, s²) σ(−δᵢ ∂ᵢE(x))`, so it is accepted with
 * `min(1, exp(E(x) − E(y)) Πᵢ σ(δᵢ ∂ᵢE(y)) / σ(−δᵢ ∂ᵢE(x)))`. The gradient only chooses signs: where it is huge a step is
 * no longer than elsewhere, which is why a step size that is too large costs little.
 */
export const barker = sampler({
  name: "barker",
  about: "Gaussian steps whose signs follow the gradient: exact, forgiving of scales and step sizes.",
  cite: "Livingstone & Zanella (2022), The Barker proposal: combining robustness and efficiency in gradient-based MCMC",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.4 },
  metric: "diagonal",
  options: z.object({ stepSize: z.number().positive().default(0.2).describe("s, standard deviation of a step") }),
  noise: ({ event, chains }) => ({
    xi: { law: "normal", shape: [chains, ...event] },
    sign: { law: "uniform", shape: [chains, ...event] },
    u: { law: "uniform", shape: [chains] },
  }),
  kernel: ({ energy }, { stepSize }) => ({
    init: (x) => ({ x, ...energyAndGradient(energy, x) }),
    step({ x, energy: e, gradient }, { xi, sign, u }) {
      const step = mul(stepSize, xi!);
      const move = where(less(sign!, sigmoid(neg(mul(step, gradient!)))), step, neg(step));
      const y = add(x!, move);
      const proposed = { x: y, ...energyAndGradient(energy, y) };
      const logSides = (delta: Expr, slope: Expr): Expr => sumEvent(logSigmoid(neg(mul(delta, slope))));
      const correction = sub(logSides(neg(move), proposed.gradient), logSides(move, gradient!));
      const logRatio = add(sub(e!, proposed.energy), correction);
      const { state, acceptance } = accept(logRatio, u!, proposed, { x: x!, energy: e!, gradient: gradient! });
      return { state, info: { acceptance }, proposed: proposed.x };
    },
  }),
});

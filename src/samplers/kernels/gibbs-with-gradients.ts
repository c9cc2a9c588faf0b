import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, mul, sub } from "../../ops/arithmetic.js";
import { accept, energyAndGradient } from "../parts/metropolis.js";
import { drawMove, logProbOf, siteKernel, siteNoise } from "../parts/site-moves.js";
import { sampler } from "../sampler.js";

/**
 * Metropolis–Hastings over moves `x → y` that change one site, proposed with probability
 * `q(y|x) ∝ exp(−½ ∇E(x)·(y − x))`: the energy's gradient tells which of them lower it, to first order, from one
 * evaluation. Accept with `min(1, exp(E(x) − E(y)) q(x|y)/q(y|x))`; `q(x|y)` has the normaliser of `y`. The energy
 * must be differentiable as a function of real numbers, though only its values at the discrete points count.
 * The trap: every move changes a site, so where the energy is nearly flat nearly all are accepted, and whether a chain
 * of bits has changed an even number of them follows from the number of moves alone.
 */
export const gibbsWithGradients = sampler({
  name: "gibbs-with-gradients",
  about: "Changes one site at a time, chosen by the energy's gradient: exact, for binary and categorical points.",
  cite: "Grathwohl, Swersky, Hashemi, Duvenaud & Maddison (2021), Oops I took a gradient: scalable sampling for discrete distributions",
  exact: true,
  support: "discrete",
  options: z.object({ moves: z.number().int().min(1).max(1000).default(1).describe("proposed moves a step") }),
  gradients: ({ moves }) => moves,
  noise: (frame, { moves }) => siteNoise(frame, moves),
  kernel: (target) =>
    siteKernel(target, {
      init: (x) => ({ x, ...energyAndGradient(target.energy, x) }),
      move(sites, { x, energy, gradient }, { gumbel, u }) {
        const logits = (at: Expr, slope: Expr): Expr => sites.leading(at, mul(-0.5, sites.change(at, slope)));
        const here = logits(x, gradient);
        const move = drawMove(here, gumbel);
        const y = sites.apply(x, move);
        const proposed = { x: y, ...energyAndGradient(target.energy, y) };
        const logBack = logProbOf(sites.back(x, move), logits(y, proposed.gradient));
        const logRatio = add(sub(energy, proposed.energy), sub(logBack, logProbOf(move, here)));
        return accept(logRatio, u, proposed, { x, energy, gradient });
      },
    }),
});

import { z } from "zod";
import { sub } from "../../ops/arithmetic.js";
import { zerosLike } from "../../ops/indexing.js";
import { accept } from "../parts/metropolis.js";
import { drawMove, siteKernel, siteNoise } from "../parts/site-moves.js";
import { sampler } from "../sampler.js";

/**
 * Metropolis over moves `x → y` that change one site, each as likely as the other: accept with
 * `min(1, exp(E(x) − E(y)))`. It needs values of the energy only. The trap: on a nearly flat energy nearly all are
 * accepted, and whether a chain of bits has changed an even number of them follows from the number of moves alone.
 */
export const randomFlip = sampler({
  name: "random-flip",
  about: "Changes one site at a time, chosen at random: exact, and needs only values of the energy.",
  cite: "Metropolis et al. (1953), Equation of state calculations by fast computing machines",
  exact: true,
  support: "discrete",
  options: z.object({ moves: z.number().int().min(1).max(1000).default(1).describe("proposed moves a step") }),
  gradients: () => 0,
  noise: (frame, { moves }) => siteNoise(frame, moves),
  kernel: (target) =>
    siteKernel(target, {
      init: (x) => ({ x, energy: target.energy(x) }),
      move(sites, current, { gumbel, u }) {
        const move = drawMove(sites.leading(current.x, zerosLike(gumbel)), gumbel);
        const y = sites.apply(current.x, move);
        const proposed = { x: y, energy: target.energy(y) };
        return accept(sub(current.energy, proposed.energy), u, proposed, current);
      },
    }),
});

import { z } from "zod";
import type { ExprRecord } from "../../ops/control.js";
import { scan } from "../../ops/control.js";
import { stackNoise } from "../../random/noise.js";
import { sampler } from "../sampler.js";

/**
 * Block Gibbs sampling: every block of coordinates drawn anew from its law given the others, `sweeps` times a step. The
 * energy says how, so it moves real and discrete points alike, and nothing is ever refused.
 */
export const gibbs = sampler({
  name: "gibbs",
  about: "Draws blocks of coordinates from their laws given the others: exact, for energies that know these laws.",
  cite: "Geman & Geman (1984), Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images",
  exact: true,
  support: "any",
  needs: ["blocks"],
  options: z.object({ sweeps: z.number().int().min(1).max(1000).default(1).describe("sweeps a step") }),
  gradients: () => 0,
  noise: ({ chains, blocks }, { sweeps }) => stackNoise(blocks!.noise(chains), sweeps),
  kernel({ blocks }) {
    const { sweep } = blocks!;
    return {
      init: (x) => ({ x }),
      step({ x }, drawn) {
        const { state } = scan({ init: { x: x! }, xs: drawn }, ({ x: at }, own) => ({
          state: { x: sweep(at, own as ExprRecord, 1) },
        }));
        return { state, info: {} };
      },
    };
  },
});

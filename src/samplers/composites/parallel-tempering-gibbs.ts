import { z } from "zod";
import { scan } from "../../ops/control.js";
import { stackNoise } from "../../random/noise.js";
import { annealingPath, baseOf, betaRows, temperedTarget } from "../parts/annealing.js";
import { ladderOption } from "../parts/ladder.js";
import { sampler } from "../sampler.js";
import { temperingKernel, temperingNoise } from "./parallel-tempering.js";

/** `levels` inverse temperatures in equal steps from 1 to 0. */
const evenLadder = (levels: number): number[] => Array.from({ length: levels }, (_, i) => 1 - i / (levels - 1));

interface Ladder {
  readonly levels: number;
  readonly temperatures: "even" | readonly number[];
}

const ladderOf = ({ levels, temperatures }: Ladder): readonly number[] =>
  temperatures === "even" ? evenLadder(levels) : temperatures;

/**
 * Parallel tempering of discrete points by block Gibbs sampling: sweeps of every level at its own β, then trades as in
 * `parallel-tempering`, with the tempered energies of the blocks. For machines with hidden units that is the joint law
 * of both kinds of units, tempered. The level at β = 0 is drawn uniformly.
 */
export const parallelTemperingGibbs = sampler({
  name: "parallel-tempering-gibbs",
  about: "Gibbs sweeps at rising temperatures that trade places: crosses between modes of discrete energies.",
  cite: "Desjardins, Courville, Bengio, Vincent & Delalleau (2010), Parallel tempering for training of RBMs",
  exact: true,
  crosses: true,
  support: "discrete",
  needs: ["blocks"],
  memory: ["replicas", "parity", "hot"],
  options: z.object({
    levels: z.number().int().min(2).max(100).default(10).describe("replicas of an even ladder, that at 1 included"),
    temperatures: ladderOption("even")
      .default("even")
      .describe("inverse temperatures from 1 down; even: equal steps to 0"),
    sweeps: z.number().int().min(1).max(1000).default(1).describe("sweeps between trades"),
  }),
  gradients: () => 0,
  noise: (frame, { sweeps, ...given }) =>
    temperingNoise(frame, baseOf(frame, "normal", 1), ladderOf(given), (rows) =>
      stackNoise(frame.blocks!.noise(rows), sweeps),
    ),
  kernel(target, given) {
    const path = annealingPath(target, baseOf(target, "normal", 1));
    return temperingKernel(target, path, ladderOf(given as Ladder), (betas) => {
      const rows = { ...target, chains: betas.length * target.chains };
      const { sweep } = temperedTarget(rows, path, betaRows(betas, target.chains)).blocks!;
      return (x, drawn) => {
        const { state } = scan<string, string>({ init: { x }, xs: drawn }, ({ x: at }, own) => ({
          state: { x: sweep(at!, own, 1) },
        }));
        return { x: state.x!, info: {} };
      };
    });
  },
});

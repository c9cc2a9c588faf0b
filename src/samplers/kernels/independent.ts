import { z } from "zod";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { accept } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";
import type { Proposal } from "../target.js";

/** A position with the two log-densities an independent proposal compares. */
export type Weighed = ExprRecord<"x" | "energy" | "logProb">;

/**
 * One independent Metropolis–Hastings move: propose `y ~ q`, accept with `min(1, w(y)/w(x))`, `w = e^{−E}/q`. The
 * densities of the current point must be those of where it is now, under the proposal as it is now.
 */
export function jump(
  energy: EnergyFunction,
  proposal: Proposal,
  current: Weighed,
  noise: ExprRecord,
  uniform: Expr,
): { state: Weighed; acceptance: Expr; accepted: Expr } {
  const { x, logProb } = proposal.sample(noise);
  const proposed: Weighed = { x, energy: energy(x), logProb };
  const logWeight = ({ energy: e, logProb: q }: Weighed): Expr => sub(sub(0, e), q);
  return accept(sub(logWeight(proposed), logWeight(current)), uniform, proposed, current);
}

/**
 * Independent Metropolis–Hastings with a flow. Uniformly ergodic exactly when `w` is bounded; a state of huge `w` is
 * hardly ever left.
 */
export const independent = sampler({
  name: "independent",
  about: "Jumps proposed by a flow, whatever the current point: exact, and across modes if the flow covers them.",
  cite: "Hastings (1970); Tierney (1994); Gabrié, Rotskoff & Vanden-Eijnden (2022)",
  exact: true,
  crosses: true,
  needs: ["flow"],
  gradients: () => 0,
  options: z.object({}),
  noise: ({ chains, proposal }) => ({ ...proposal!.noise(chains), u: { law: "uniform", shape: [chains] } }),
  kernel({ energy, proposal }) {
    const q = proposal!;
    return {
      init: (x) => ({ x, energy: energy(x), logProb: q.logProb(x) }),
      step({ x, energy: e, logProb }, { u, ...noise }) {
        const current = { x: x!, energy: e!, logProb: logProb! };
        const { state, acceptance } = jump(energy, q, current, noise as ExprRecord, u!);
        return { state, info: { acceptance } };
      },
    };
  },
});

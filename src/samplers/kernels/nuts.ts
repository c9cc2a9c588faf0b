import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, sub } from "../../ops/arithmetic.js";
import { cast } from "../../ops/leaf.js";
import { broadcastTo, reshape } from "../../ops/shape.js";
import { type Shape, sizeOf } from "../../util/tensor.js";
import { energyAndGradient } from "../parts/metropolis.js";
import { growTrajectory, kinetic, leapfrogOn, PAIRS_A_UNIFORM, type Point } from "../parts/no-u-turn.js";
import { isOfChains } from "../parts/step-size.js";
import { sampler } from "../sampler.js";
import type { Target } from "../target.js";

/** Flat points `(chains, d)` as the energy of the target sees them. */
function flatEnergy({ energy, event, chains }: Target): (x: Expr) => { energy: Expr; gradient: Expr } {
  const d = sizeOf(event);
  const shaped = (x: Expr, shape: Shape): Expr => reshape(x, [chains, ...shape]);
  return (x) => {
    const { energy: e, gradient } = energyAndGradient((y) => energy(shaped(y, event)), x);
    return { energy: e, gradient: shaped(gradient, [d]) };
  };
}

/**
 * The no-U-turn sampler with multinomial choice along the trajectory. A trajectory doubles, each time forwards or
 * backwards at random, until its ends turn towards each other or it diverges; the next draw is chosen from it, the later
 * half preferred. All chains double together: a chain that has turned waits for the others. `maxDepth` d allows
 * `2^d − 1` leapfrog steps. `acceptance` is the mean of `min(1, exp(H₀ − H))` over the points that were visited, `depth`
 * counts the doublings that became part of the trajectory, `gradients` the steps computed, waiting included, and `idle`
 * is the share of waiting.
 */
export const nuts = sampler({
  name: "nuts",
  about: "Hamiltonian trajectories that stop when they turn back: exact, and only a step size to tune.",
  cite: "Hoffman & Gelman (2014), The No-U-Turn sampler; Betancourt (2017), A conceptual introduction to Hamiltonian Monte Carlo; Phan, Pradhan & Jankowiak (2019), Composable effects for flexible and accelerated probabilistic programming",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.8, failure: "divergent", trial: { maxDepth: 1 } },
  metric: "diagonal",
  gradients: () => null,
  options: z.object({
    stepSize: z.number().positive().default(0.1).describe("ε, the leapfrog step size"),
    maxDepth: z.number().int().min(1).max(12).default(10).describe("doublings of a trajectory at most"),
  }),
  noise: ({ event, chains }, { maxDepth }) => ({
    momentum: { law: "normal", shape: [chains, ...event] },
    direction: { law: "rademacher", shape: [maxDepth, chains] },
    merge: { law: "uniform", shape: [maxDepth, chains] },
    leaf: { law: "uniform", shape: [Math.ceil(2 ** (maxDepth - 1) / PAIRS_A_UNIFORM), chains] },
  }),
  kernel(target, { stepSize, maxDepth }) {
    const { event, chains } = target;
    const depth = maxDepth as number;
    const d = sizeOf(event);
    const at = flatEnergy(target);
    return {
      init: (x) => {
        const { energy, gradient } = at(reshape(x, [chains, d]));
        return { x, energy, gradient: reshape(gradient, [chains, ...event]) };
      },
      step({ x, energy, gradient }, noise) {
        const p = reshape(noise.momentum!, [chains, d]);
        const start = add(energy!, kinetic(p));
        const from: Point = {
          x: reshape(x!, [chains, d]),
          p,
          gradient: reshape(gradient!, [chains, d]),
          energy: energy!,
        };
        const setup = { leapfrog: leapfrogOn(at), start, depth, uniforms: noise.leaf! };
        const step = isOfChains(stepSize) ? reshape(stepSize, [chains, 1]) : stepSize;
        const end = growTrajectory(setup, from, step, noise);
        const work = broadcastTo(reshape(end.work!, [1]), [chains]);
        return {
          state: {
            x: reshape(end.x!, x!.shape),
            energy: end.energy!,
            gradient: reshape(end.gradient!, x!.shape),
          },
          info: {
            acceptance: div(end.acceptances!, end.leaves!),
            depth: end.depth!,
            gradients: work,
            idle: sub(1, div(end.leaves!, work)),
            hamiltonian: start,
            divergent: cast(end.diverged!, x!.dtype),
          },
        };
      },
    };
  },
});

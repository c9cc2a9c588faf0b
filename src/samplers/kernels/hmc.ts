import { z } from "zod";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr, Operand } from "../../ir/expr.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { scan } from "../../ops/control.js";
import { cast } from "../../ops/leaf.js";
import { less, not } from "../../ops/logic.js";
import { reshape } from "../../ops/shape.js";
import { DIVERGENT } from "../parts/divergent.js";
import { accept, energyAndGradient, sumEvent } from "../parts/metropolis.js";
import { sampler } from "../sampler.js";

interface Phase {
  readonly x: Expr;
  readonly p: Expr;
  readonly energy: Expr;
  readonly gradient: Expr;
}

/** `n` leapfrog steps of size ε under `H = E(x) + |p|²/2`: reversible, volume preserving, energy error O(ε²). */
export function leapfrog(energy: EnergyFunction, start: Phase, stepSize: Operand, n: number): Phase {
  const { state } = scan({ init: { ...start }, length: n }, ({ x, p, gradient }) => {
    const half = sub(p, mul(mul(0.5, gradient), stepSize));
    const y = add(x, mul(stepSize, half));
    const at = energyAndGradient(energy, y);
    return { state: { x: y, p: sub(half, mul(mul(0.5, at.gradient), stepSize)), ...at } };
  });
  return state;
}

/**
 * Hamiltonian Monte Carlo with unit mass: fresh momenta, `leapfrogs` steps, accept with `min(1, exp(−ΔH))`. The step
 * size of each chain is jittered uniformly by ±20 %, so that no trajectory is periodic.
 */
export const hmc = sampler({
  name: "hmc",
  about: "Hamiltonian trajectories: exact, long moves along the density.",
  cite: "Duane et al. (1987); Neal (2011), MCMC using Hamiltonian dynamics",
  exact: true,
  tuning: { option: "stepSize", info: "acceptance", target: 0.8, failure: "divergent", trial: { leapfrogs: 1 } },
  metric: "diagonal",
  gradients: ({ leapfrogs }) => leapfrogs,
  options: z.object({
    stepSize: z.number().positive().default(0.1).describe("ε, the leapfrog step size"),
    leapfrogs: z.number().int().min(1).max(1000).default(10).describe("L, leapfrog steps a trajectory"),
  }),
  noise: ({ event, chains }) => ({
    momentum: { law: "normal", shape: [chains, ...event] },
    jitter: { law: "uniform", shape: [chains] },
    u: { law: "uniform", shape: [chains] },
  }),
  kernel: ({ energy, event, chains }, { stepSize, leapfrogs }) => ({
    init: (x) => ({ x, ...energyAndGradient(energy, x) }),
    step({ x, energy: e, gradient }, { momentum, jitter, u }) {
      const factor = reshape(add(0.8, mul(0.4, jitter!)), [chains, ...event.map(() => 1)]);
      const start = { x: x!, p: momentum!, energy: e!, gradient: gradient! };
      const end = leapfrog(energy, start, mul(stepSize, factor), leapfrogs as number);
      const kinetic = (p: Expr): Expr => mul(0.5, sumEvent(square(p)));
      const hamiltonian = add(e!, kinetic(momentum!));
      const logRatio = sub(hamiltonian, add(end.energy, kinetic(end.p)));
      const proposed = { x: end.x, energy: end.energy, gradient: end.gradient };
      const { state, acceptance } = accept(logRatio, u!, proposed, { x: x!, energy: e!, gradient: gradient! });
      const divergent = cast(not(less(-DIVERGENT, logRatio)), x!.dtype);
      return { state, info: { acceptance, hamiltonian, divergent }, proposed: proposed.x };
    },
  }),
});

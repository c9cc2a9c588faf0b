/** Planted faults: kernels on discrete points that are wrong in one way each, which exact draws must betray. */

import { describe, expect, it } from "vitest";
import { neighbourSum, onColour } from "../../src/energies/lattice.js";
import { rbmLayout } from "../../src/energies/rbm-layout.js";
import type { Expr } from "../../src/ir/expr.js";
import { unpack } from "../../src/nn/layout.js";
import { add, div, mul, neg, sigmoid, sub } from "../../src/ops/arithmetic.js";
import { cast, constant } from "../../src/ops/leaf.js";
import { affine, matmul } from "../../src/ops/linalg.js";
import { less, where } from "../../src/ops/logic.js";
import { sum } from "../../src/ops/shape.js";
import { logSumExp } from "../../src/ops/special.js";
import { gibbs } from "../../src/samplers/kernels/gibbs.js";
import { accept, energyAndGradient } from "../../src/samplers/parts/metropolis.js";
import { drawMove, logProbOf, type SiteMoves, siteKernel, siteNoise } from "../../src/samplers/parts/site-moves.js";
import type { Kernel } from "../../src/samplers/sampler.js";
import type { GivenBlocks, Target } from "../../src/samplers/target.js";
import { arrivalScore, type DiscreteTarget, discreteTargets, invarianceScore } from "../support/discrete-targets.js";

const [lattice, categories, machine] = discreteTargets as readonly [DiscreteTarget, DiscreteTarget, DiscreteTarget];

/** What may go wrong in an informed move; each part is right unless replaced. */
interface MoveParts {
  /** log q(x|y) − log q(y|x), from both rows of logits and both moves. */
  readonly correction?: (here: Expr, move: Expr, there: Expr, back: Expr) => Expr;
  readonly temperature?: number;
  /** The move back, where it is not the one there. */
  readonly back?: (sites: SiteMoves, x: Expr, move: Expr) => Expr;
  /** Forget what a rejected move leaves behind. */
  readonly staleCache?: boolean;
  /** Count moves that lead nowhere among those from the new point. */
  readonly loose?: boolean;
}

const right = (here: Expr, move: Expr, there: Expr, back: Expr): Expr =>
  sub(logProbOf(back, there), logProbOf(move, here));

const chosen = (move: Expr, logits: Expr): Expr => sum(where(move, logits, 0), 1);

const informed =
  (parts: MoveParts) =>
  (target: Target): Kernel => {
    const { correction = right, temperature = 1, staleCache = false, loose = false } = parts;
    const back = parts.back ?? ((sites, x, move) => sites.back(x, move));
    const at = (x: Expr) => energyAndGradient((y) => div(target.energy(y), temperature), x);
    const kernel = siteKernel(target, {
      init: (x) => ({ x, ...at(x) }),
      move(sites, { x, energy, gradient }, { gumbel, u }) {
        const all = (y: Expr, g: Expr): Expr => mul(-0.5, sites.change(y, g));
        const here = sites.leading(x, all(x, gradient));
        const move = drawMove(here, gumbel);
        const y = sites.apply(x, move);
        const proposed = { x: y, ...at(y) };
        const there = loose ? all(y, proposed.gradient) : sites.leading(y, all(y, proposed.gradient));
        const logRatio = add(sub(energy, proposed.energy), correction(here, move, there, back(sites, x, move)));
        const decided = accept(logRatio, u, proposed, { x, energy, gradient });
        return staleCache ? { ...decided, state: { ...proposed, x: decided.state.x } } : decided;
      },
    });
    return { ...kernel, noise: siteNoise(target, 1) };
  };

/** Gibbs sampling by other sweeps than the energy's own. */
const sweeping =
  (sweep: (own: GivenBlocks, ...given: Parameters<GivenBlocks["sweep"]>) => Expr) => (target: Target) => {
    const own = target.blocks!;
    return gibbs({ ...target, blocks: { ...own, sweep: (x, noise, beta) => sweep(own, x, noise, beta) } });
  };

const { coupling, field } = { coupling: 0.4, field: 0.15 };

/** Every site of the lattice drawn given its neighbours, as if they did not move as well. */
const allAtOnce = (x: Expr, u: Expr): Expr => {
  const local = add(mul(coupling, neighbourSum(x, "free")), field);
  return sub(mul(2, cast(less(u, sigmoid(mul(2, local))), x.dtype)), 1);
};

/** The machine drawn back from the probabilities of its hidden units instead of their values. */
const meanField = (v: Expr, u: Expr): Expr => {
  const theta = constant(machine.params);
  const { weight, visible, hidden } = unpack(rbmLayout(6, 3), theta) as Record<"weight" | "visible" | "hidden", Expr>;
  const h = sigmoid(affine(v, weight, hidden));
  return cast(less(u, sigmoid(add(matmul(h, weight, { transposeB: true }), visible))), v.dtype);
};

/** The lattice swept by one colour and another, or the same again. */
const colours = (first: 0 | 1, second: 0 | 1) =>
  sweeping((_, x, { u }) => {
    const half = onColour(first, allAtOnce(x, u!), x);
    return onColour(second, allAtOnce(half, u!), half);
  });

type Case = readonly [name: string, make: (target: Target) => Kernel, target: DiscreteTarget];

const sound: readonly Case[] = [
  ...discreteTargets.map((target): Case => [`informed moves on ${target.name}`, informed({}), target]),
  ["both colours in turn", colours(0, 1), lattice],
  ["the machine's own sweep", sweeping((own, ...given) => own.sweep(...given)), machine],
];

const noWayBack = (here: Expr, move: Expr, there: Expr, back: Expr): Expr =>
  sub(chosen(back, there), chosen(move, here));

const faulty: readonly Case[] = [
  ...discreteTargets.flatMap((target): Case[] => [
    [`no normaliser of the way back, on ${target.name}`, informed({ correction: noWayBack }), target],
    [`no correction, on ${target.name}`, informed({ correction: (here) => mul(0, logSumExp(here, 1)) }), target],
    [`temperature applied twice, on ${target.name}`, informed({ temperature: 1.5 }), target],
    [
      `temperature applied twice by sweeps, on ${target.name}`,
      sweeping((own, x, noise) => own.sweep(x, noise, 0.7)),
      target,
    ],
  ]),
  ["stale cache after a rejection, on a lattice", informed({ staleCache: true }), lattice],
  ["stale cache after a rejection, on categories", informed({ staleCache: true }), categories],
  ["sign of the correction", informed({ correction: (...given) => neg(right(...given)) }), lattice],
  ["moves that lead nowhere counted on the way back", informed({ loose: true }), categories],
  ["both colours at once", sweeping((_, x, { u }) => allAtOnce(x, u!)), lattice],
  ["hidden probabilities instead of units", sweeping((_, v, noise) => meanField(v, noise.visible!)), machine],
];

/** These keep the law, and never get there. */
const stuck: readonly Case[] = [
  ["the move there taken for the way back", informed({ back: (_, __, move) => move }), categories],
  ["one colour twice", colours(0, 0), lattice],
];

// Chance of a false alarm: 3e-6 each.
describe("exact draws after a few steps", () => {
  it.each(sound)("stay exact: %s, of the same parts as the faults", async (_, make, target) => {
    expect(await invarianceScore(make, target)).toBeLessThan(4.5);
  });

  it.each(faulty)("betray: %s", async (_, make, target) => {
    expect(await invarianceScore(make, target)).toBeGreaterThan(4.5);
  });
});

describe("chains from the least likely state", () => {
  it.each(sound)("arrive: %s", async (_, make, target) => {
    expect(await arrivalScore(make, target, 80)).toBeLessThan(4.5);
  });

  it.each(stuck)("betray: %s", async (_, make, target) => {
    expect(await invarianceScore(make, target)).toBeLessThan(4.5);
    expect(await arrivalScore(make, target, 80)).toBeGreaterThan(4.5);
  });
});

import { describe, expect, it } from "vitest";
import { stateNumbers } from "../../../test/support/discrete.js";
import { type DiscreteTarget, discreteTargets, kernelTarget, lawOf } from "../../../test/support/discrete-targets.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { numbers } from "../../../test/support/tensors.js";
import { grad } from "../../autodiff/grad.js";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { mul } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { sum } from "../../ops/shape.js";
import { makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { evaluate } from "../../runtime/program.js";
import { type FloatTensor, sizeOf, tensor } from "../../util/tensor.js";
import { targetOf } from "../target.js";
import { gibbsWithGradients } from "./gibbs-with-gradients.js";

/** A move as the state after it, and its logit, from a state and the gradient there. */
interface Move {
  readonly to: readonly number[];
  readonly logit: number;
}

/** Every move from a state, written out: a coordinate to its other value, or a site to another category. */
function movesFrom({ energy: { support } }: DiscreteTarget, x: readonly number[], g: readonly number[]): Move[] {
  const logitOf = (to: readonly number[]): number => -0.5 * to.reduce((s, v, i) => s + g[i]! * (v - x[i]!), 0);
  const moves: (readonly number[])[] = [];
  if (support.kind === "binary") {
    const [low, high] = support.values;
    for (let i = 0; i < x.length; i++) moves.push(x.with(i, x[i] === low ? high : low));
  } else if (support.kind === "categorical") {
    const q = support.categories;
    for (let at = 0; at < x.length; at += q)
      for (let k = 0; k < q; k++)
        if (x[at + k] !== 1) moves.push(x.map((v, i) => (i < at || i >= at + q ? v : i === at + k ? 1 : 0)));
  }
  return moves.map((to) => ({ to, logit: logitOf(to) }));
}

/** All states with their probabilities, and where the moves from each lead, in what shares. */
async function statesOfTarget(target: DiscreteTarget) {
  const { states, probabilities } = await lawOf(target);
  const at = kernelTarget(target, states.shape[0]!, "float64");
  const x = constant(states);
  const { g } = await evaluate({ g: grad(sum(at.energy(x)), [x])[0] as Expr });
  const d = sizeOf(target.energy.event);
  const row = (t: { data: ArrayLike<number> }, i: number): number[] => Array.from(t.data).slice(i * d, (i + 1) * d);
  const gradients = { data: numbers(g!) };
  const shares = Array.from({ length: states.shape[0]! }, (_, i) => {
    const own = row(states, i);
    const moves = movesFrom(target, own, row(gradients, i));
    const total = moves.reduce((s, { logit }) => s + Math.exp(logit), 0);
    const to = stateNumbers(
      target.energy.support,
      tensor(Float64Array.from(moves.flatMap((m) => m.to)), [moves.length, ...target.energy.event]),
    );
    return new Map(moves.map(({ logit }, k) => [to[k]!, Math.exp(logit) / total]));
  });
  return { states, probabilities, shares };
}

describe("gibbs-with-gradients", () => {
  it.each(discreteTargets.map((t) => [t.name, t] as const))(
    "proposes by the softmax of half the first-order change, and accepts as Metropolis and Hastings say, on %s",
    async (_, target) => {
      const { states, probabilities, shares } = await statesOfTarget(target);
      const n = states.shape[0]!;
      const kernel = await hostKernel((t) => gibbsWithGradients(t), kernelTarget(target, n, "float64"), "float64");
      const state = await kernel.init(states);
      const { gumbel, u } = kernel.noise;
      const count = gumbel!.shape.at(-1)!;
      const accepting = tensor(new Float64Array(n).fill(1e-300), u!.shape);
      const seen = shares.map(() => new Set<number>());
      for (let forced = 0; forced < count; forced++) {
        // Noise that outweighs every finite logit forces one move.
        const noise = tensor(
          Float64Array.from({ length: n * count }, (_, i) => (i % count === forced ? 1e3 : 0)),
          gumbel!.shape,
        );
        const { state: next, info } = await kernel.step(state, { gumbel: noise, u: accepting });
        const to = stateNumbers(target.energy.support, next.x as FloatTensor);
        const rates = numbers(info.acceptance!);
        for (const [from, own] of shares.entries()) {
          const there = own.get(to[from]!);
          expect(there, `from ${from} to ${to[from]}`).toBeDefined();
          seen[from]!.add(to[from]!);
          const back = shares[to[from]!]!.get(from)!;
          const ratio = (probabilities[to[from]!]! * back) / (probabilities[from]! * there!);
          expect(rates[from]! / Math.min(1, ratio)).toBeCloseTo(1, 9);
        }
      }
      // Every state that a move leads to was among them.
      for (const [from, own] of shares.entries()) expect(seen[from]!.size).toBe(own.size);
    },
  );

  it("proposes in those shares", async () => {
    const target = discreteTargets[1]!;
    const { states, shares } = await statesOfTarget(target);
    const from = 17;
    const d = sizeOf(target.energy.event);
    const n = 20000;
    const start = Float64Array.from({ length: n * d }, (_, i) => states.data[from * d + (i % d)]!);
    const kernel = await hostKernel((t) => gibbsWithGradients(t), kernelTarget(target, n, "float64"), "float64");
    const state = await kernel.init(tensor(start, [n, ...target.energy.event]));
    // Everything is accepted, so that what is proposed is seen.
    const noise = { ...drawNoise(makeKey(54), kernel.noise), u: tensor(new Float64Array(n).fill(1e-300), [1, n]) };
    const to = stateNumbers(target.energy.support, (await kernel.step(state, noise)).state.x as FloatTensor);
    for (const [reached, share] of shares[from]!) {
      const found = to.filter((s) => s === reached).length / n;
      // 8 shares of a binomial: one is more than 5 errors off with chance 5e-6.
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n));
    }
  });

  it("makes as many moves a step as it is told, each with noise of its own", async () => {
    const target = kernelTarget(discreteTargets[0]!, 32, "float64");
    const [one, three] = await Promise.all(
      [1, 3].map((moves) => hostKernel((t) => gibbsWithGradients(t, { moves }), target, "float64")),
    );
    const start = tensor(new Float64Array(32 * 9).fill(1), [32, 3, 3]);
    const noise = drawNoise(makeKey(55), three!.noise);
    let state = await one!.init(start);
    for (let k = 0; k < 3; k++) {
      const part = (t: FloatTensor) => {
        const size = t.data.length / 3;
        return tensor(t.data.slice(k * size, (k + 1) * size), [1, ...t.shape.slice(1)]);
      };
      state = (await one!.step(state, { gumbel: part(noise.gumbel!), u: part(noise.u!) })).state;
    }
    const { state: together } = await three!.step(await three!.init(start), noise);
    expect(numbers(together.x!)).toEqual(numbers(state.x!));
    expect(gibbsWithGradients.gradients({ moves: 3 })).toBe(3);
  });

  it("keeps binary values that are no whole numbers, bit for bit", async () => {
    const values = [0.1, 0.7] as const;
    const energy = makeEnergy({
      event: [5],
      support: { kind: "binary", values },
      energy: (x) => mul(0.5, sum(x, 1)),
    });
    const kernel = await hostKernel((t) => gibbsWithGradients(t), targetOf({ energy }, {}, 8), "float64");
    const start = await kernel.init(tensor(new Float64Array(40).fill(0.1), [8, 5]));
    const { state } = await kernel.walk(start, makeKey(56), 50);
    expect(new Set(numbers(state.x!))).toEqual(new Set(values));
  });
});

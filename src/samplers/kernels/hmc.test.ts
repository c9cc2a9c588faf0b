import { describe, expect, it } from "vitest";
import { curvedEnergy } from "../../../test/support/curved-energy.js";
import { determinant } from "../../../test/support/determinant.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { skewed } from "../../../test/support/sampler-targets.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { compile } from "../../runtime/program.js";
import { cast, type FloatTensor, floats, type Shape, tensor } from "../../util/tensor.js";
import { energyAndGradient, sumEvent } from "../parts/metropolis.js";
import { hmc, leapfrog } from "./hmc.js";

interface Phase {
  readonly x: FloatTensor;
  readonly p: FloatTensor;
}

/** Trajectories on the host, in float64, with the change of `H = E + |p|²/2` along each. */
async function trajectory(energy: EnergyFunction, shape: Shape, stepSize: number, steps: number) {
  const [x, p] = [input("x", shape, "float64"), input("p", shape, "float64")];
  const start = { x, p, ...energyAndGradient(energy, x) };
  const end = leapfrog(energy, start, stepSize, steps);
  const total = (phase: typeof start): Expr => add(phase.energy, mul(0.5, sumEvent(square(phase.p))));
  const program = await compile({ x, p }, { x: end.x, p: end.p, change: sub(total(end), total(start)) });
  return async (from: Phase): Promise<Phase & { change: number[] }> => {
    const result = await program.run({ ...from });
    const back = (name: "x" | "p"): FloatTensor => tensor(floats(result[name]), shape);
    return { x: back("x"), p: back("p"), change: numbers(result.change!) };
  };
}

const key = makeKey(9);
const N = 50;
const points: Phase = {
  x: normal(fold(key, "x"), [N, 2], "float64"),
  p: normal(fold(key, "p"), [N, 2], "float64"),
};
const negated = (t: FloatTensor): FloatTensor =>
  tensor(
    Float64Array.from(t.data, (v) => -v),
    t.shape,
  );

/** Offsets and weights of `(f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h`. */
const STENCIL = [
  [-2, 1],
  [-1, -8],
  [1, 8],
  [2, -1],
] as const;

/** `det ∂(x′, p′)/∂(x, p)` of a trajectory by differences: the batch holds one phase point, moved each way. */
async function volumeChange(point: readonly number[], stepSize: number, steps: number): Promise<number> {
  const [h, size] = [1e-3, 4];
  const rows = point.flatMap((_, i) => STENCIL.map(([k]) => point.map((v, j) => (j === i ? v + k * h : v))));
  const half = (from: number): FloatTensor =>
    tensor(Float64Array.from(rows.flatMap((row) => row.slice(from, from + 2))), [rows.length, 2]);
  const { x, p } = await (await trajectory(curvedEnergy, [rows.length, 2], stepSize, steps))({
    x: half(0),
    p: half(2),
  });
  const reached = (row: number, j: number): number => (j < 2 ? x.data[2 * row + j]! : p.data[2 * row + j - 2]!);
  const derivatives = Float64Array.from({ length: size * size }, (_, k) => {
    const [j, i] = [Math.floor(k / size), k % size];
    return STENCIL.reduce((s, [, weight], n) => s + (weight * reached(i * STENCIL.length + n, j)) / (12 * h), 0);
  });
  return determinant(derivatives, size);
}

describe("leapfrog", () => {
  it("is reversible: with the momentum turned round it returns to where it started", async () => {
    const run = await trajectory(curvedEnergy, [N, 2], 0.1, 20);
    const there = await run(points);
    const back = await run({ x: there.x, p: negated(there.p) });
    expect(worstDifference(there.x, points.x)).toBeGreaterThan(0.5);
    expect(worstDifference(back.x, points.x)).toBeLessThan(1e-10);
    expect(worstDifference(negated(back.p), points.p)).toBeLessThan(1e-10);
  });

  it("preserves volume in phase space", async () => {
    for (const point of [
      [0.3, -0.5, 0.8, 0.2],
      [-1, 1.5, -0.4, 1.1],
    ])
      expect(Math.abs((await volumeChange(point, 0.1, 7)) - 1)).toBeLessThan(1e-6);
  });

  it("errs in energy by O(ε²): half the step, a quarter of the error over the same time", async () => {
    const errors = [];
    for (const [stepSize, steps] of [
      [0.04, 10],
      [0.02, 20],
      [0.01, 40],
    ] as const) {
      const { change } = await (await trajectory(curvedEnergy, [N, 2], stepSize, steps))(points);
      errors.push(Math.sqrt(change.reduce((s, v) => s + v * v, 0) / N));
    }
    expect(errors[0]! / errors[1]!).toBeCloseTo(4, 1);
    expect(errors[1]! / errors[2]!).toBeCloseTo(4, 1);
    expect(errors[0]).toBeGreaterThan(1e-5);
  });

  it("has E exp(−ΔH) = 1 from exact draws, with an energy error that is not small", async () => {
    const n = 65536;
    const x = cast(skewed.draw(fold(key, "exact"), n), "float64");
    const p = normal(fold(key, "momentum"), [n, 1], "float64");
    const { change } = await (await trajectory(skewed.energy, [n, 1], 0.4, 5))({ x, p });
    // One mean of independent numbers, 5 standard errors: false alarms about once in 1.7e6 runs.
    const weights = change.map((v) => Math.exp(-v));
    expect(expectedMeanErrors("exp(−ΔH)", weights, 1)).toEqual([]);
    expect(expectedMeanErrors("exp(ΔH)", change.map(Math.exp), 1)).not.toEqual([]);
    expect(change.filter((v) => Math.abs(v) > 0.05).length).toBeGreaterThan(n / 10);
  });
});

describe("hmc", () => {
  it("jitters the step of each chain by up to 20 % either way", async () => {
    const stepSize = 0.3;
    const jitter = [0, 0.25, 0.5, 1];
    const target = { energy: curvedEnergy, event: [2], chains: jitter.length };
    const kernel = await hostKernel((t) => hmc(t, { stepSize, leapfrogs: 4 }), target, "float64");
    const same = (...row: number[]): FloatTensor =>
      tensor(Float64Array.from(jitter.flatMap(() => row)), [jitter.length, 2]);
    const from = { x: same(0.3, -0.5), p: same(0.8, 0.2) };
    const noise = {
      momentum: from.p,
      jitter: tensor(Float64Array.from(jitter)),
      u: tensor(new Float64Array(jitter.length).fill(Number.MIN_VALUE)),
    };
    const { state, info } = await kernel.step(await kernel.init(from.x), noise);
    for (const [i, factor] of [0.8, 0.9, 1, 1.2].entries()) {
      const alone = await (await trajectory(curvedEnergy, [jitter.length, 2], stepSize * factor, 4))(from);
      for (const j of [0, 1]) expect(numbers(state.x!)[2 * i + j]).toBeCloseTo(alone.x.data[2 * i + j]!, 12);
      expect(numbers(info.acceptance!)[i]).toBeCloseTo(Math.min(1, Math.exp(-alone.change[i]!)), 12);
    }
  });
});

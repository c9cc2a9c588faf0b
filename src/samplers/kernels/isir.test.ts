import { describe, expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { reversibilityErrors } from "../../../test/support/reversibility.js";
import { gaussianProposal, targetOf } from "../../../test/support/sampler-targets.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { type Energy, makeEnergy } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { log, sub } from "../../ops/arithmetic.js";
import { sum } from "../../ops/shape.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { isir } from "./isir.js";

const key = makeKey(36);

/** One step on one-dimensional points, proposed by N(mean, sd²). */
async function step(energy: Energy, [mean, sd]: readonly [number, number], x: FloatTensor, proposals: number) {
  const target = targetOf({ energy, ...gaussianProposal(1, mean, sd) }, x.shape[0]!, "float64");
  const kernel = await hostKernel((t) => isir(t, { proposals }), target, "float64");
  const noise = drawNoise(fold(key, "step"), kernel.noise);
  const { state, info } = await kernel.step(await kernel.init(x), noise);
  return { noise, x: numbers(state.x!), acceptance: numbers(info.acceptance!), logWeight: numbers(state.logWeight!) };
}

const standard = gaussianEnergy([1], 0, 1);
const from = (chains: number): FloatTensor => normal(fold(key, "start"), [chains, 1], "float64");

describe("the chance to move", () => {
  it("is N/(N + 1) when the proposal is the target", async () => {
    for (const n of [1, 3, 20])
      for (const a of (await step(standard, [0, 1], from(8), n)).acceptance) expect(a).toBeCloseTo(n / (n + 1), 12);
  });

  it("is Barker's w(y)/(w(x) + w(y)) for one proposal, and Gumbel noise takes it", async () => {
    const chains = 64;
    const x = from(chains);
    const { noise, acceptance, x: after } = await step(standard, [0.2, 1.5], x, 1);
    // The flow's parameters are those of its tensors, which are float32.
    const [mean, sd] = [Math.fround(0.2), Math.exp(Math.fround(Math.log(1.5)))];
    const logWeight = (v: number): number => -(v * v) / 2 + (v - mean) ** 2 / (2 * sd * sd);
    let moves = 0;
    for (let i = 0; i < chains; i++) {
      const y = mean + sd * numbers(noise.z!)[i]!;
      const gain = logWeight(y) - logWeight(x.data[i]!);
      expect(acceptance[i]).toBeCloseTo(1 / (1 + Math.exp(-gain)), 12);
      const [stay, go] = numbers(noise.gumbel!).slice(2 * i, 2 * i + 2) as [number, number];
      expect(after[i]).toBeCloseTo(gain + go > stay ? y : x.data[i]!, 12);
      if (gain + go > stay) moves++;
    }
    expect(moves).toBeGreaterThan(10);
    expect(moves).toBeLessThan(54);
  });

  it("is how often a chain moves", async () => {
    const x = from(65536);
    const { acceptance, x: after } = await step(standard, [1, 2], x, 4);
    // Independent numbers of mean zero.
    const surplus = after.map((v, i) => (v === x.data[i] ? 0 : 1) - acceptance[i]!);
    expect(expectedMeanErrors("moves beyond the chance to move", surplus, 0)).toEqual([]);
    expect(expectedMeanErrors("another chance", surplus, 0.01)).not.toEqual([]);
  });
});

it("is in detailed balance for any number of proposals", async () => {
  for (const proposals of [1, 5]) expect(await reversibilityErrors((t) => isir(t, { proposals }))).toEqual([]);
});

describe("weights at the border of numbers", () => {
  const positive = makeEnergy({ event: [1], energy: (x) => sum(sub(x, log(x)), 1) });

  it("never chooses a point of no weight, and leaves one at once", async () => {
    const start = tensor(
      Float64Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? -1 : 1)),
      [64, 1],
    );
    const { x, acceptance, logWeight } = await step(positive, [1, 1], start, 30);
    expect(Math.min(...x)).toBeGreaterThan(0);
    expect(logWeight.every(Number.isFinite)).toBe(true);
    for (const [i, a] of acceptance.entries()) {
      if (i % 2 === 0) expect(a).toBe(1);
      else expect(a > 0 && a < 1).toBe(true);
    }
  });

  it("stays where no point has a weight", async () => {
    const start = tensor(Float64Array.of(-1, -2), [2, 1]);
    const { x, acceptance } = await step(positive, [-1000, 1], start, 3);
    expect(x).toEqual([-1, -2]);
    expect(acceptance).toEqual([0, 0]);
  });
});

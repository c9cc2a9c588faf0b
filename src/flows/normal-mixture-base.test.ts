import { describe, expect, it } from "vitest";
import { chiSquareScore } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { type NormalCloud, normalMixture } from "../data/normal-mixture.js";
import { fitStack } from "../data/stack-normal-mixtures.js";
import { constant } from "../ops/leaf.js";
import { fold, makeKey } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { evaluate } from "../runtime/program.js";
import { mapValues } from "../util/records.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { normalMixtureBase } from "./normal-mixture-base.js";

const key = makeKey(23);
const clouds: NormalCloud[] = [
  {
    weight: 0.7,
    mean: [-3, 0],
    covariance: [
      [1, 0.9],
      [0.9, 1],
    ],
  },
  { weight: 0.3, mean: [3, 2], covariance: [0.1, 1] },
];
const rows = normalMixture("test", clouds).draw(fold(key, "rows"), 1000) as FloatTensor;
const stack = [
  { components: 2, strength: 1, weight: 0.8 },
  { components: 1, strength: 1, weight: 0.2 },
];

describe("normalMixtureBase", () => {
  const base = normalMixtureBase(2, stack);
  const params = constant(tensor(base.init(key, rows)));
  const fitted = normalMixture("test", fitStack(rows, stack, key));

  it("is the mixtures that the rows are fitted by, each with its weight", async () => {
    const { logProb } = await evaluate({
      logProb: base.logProb(constant(tensor(Float32Array.from(rows.data), rows.shape)), params),
    });
    const truth = fitted.logDensity(rows);
    for (const [i, v] of numbers(logProb).entries()) expect(Math.abs(v - truth[i]!)).toBeLessThan(1e-4);
  });

  it("draws from the density that it says", async () => {
    const n = 20_000;
    const noise = mapValues(drawNoise(fold(key, "noise"), base.noise(n)), constant);
    const drawn = numbers((await evaluate({ z: base.sample(noise, params) })).z);
    // Cells of the plane, whose chances under the density are those in draws of its own on the host.
    const cell = (x: number, y: number): number =>
      Math.min(5, Math.max(0, Math.floor((x + 6) / 2))) * 4 + Math.min(3, Math.max(0, Math.floor(y + 2)));
    const host = fitted.draw(fold(key, "host"), 400_000).data as Float64Array;
    const counted = (data: ArrayLike<number>): number[] => {
      const counts = new Array<number>(24).fill(0);
      for (let i = 0; i < data.length; i += 2) counts[cell(data[i]!, data[i + 1]!)]!++;
      return counts;
    };
    const chances = counted(host).map((c) => c / 400_000);
    const filled = chances.map((p, i) => [p, i] as const).filter(([p]) => p * n > 10);
    const counts = counted(drawn);
    const [seen, expected] = [filled.map(([, i]) => counts[i]!), filled.map(([p]) => p)];
    const [all, mass] = [seen.reduce((a, b) => a + b), expected.reduce((a, b) => a + b)];
    expect(mass).toBeGreaterThan(0.99);
    // Chance of a false alarm: 3e-6, a little more for the chances are counted too. Equal chances are found out.
    expect(
      chiSquareScore(
        seen,
        expected.map((p) => p / mass),
      ),
    ).toBeLessThan(5);
    expect(
      chiSquareScore(
        seen,
        expected.map(() => 1 / expected.length),
      ),
    ).toBeGreaterThan(20);
    expect(all).toBeGreaterThan(0.99 * n);
  });

  it("gives no chance to a component that the fit has left without any", () => {
    const few = tensor(Float64Array.of(0, 0, 1, 2, 3, 1, 2, 2), [4, 2]);
    // More components are asked for than there are rows.
    const start = normalMixtureBase(2, [{ components: 6, strength: 1, weight: 1 }]).init(key, few);
    const weights = [...start.slice(0, 6)].map(Math.exp);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(weights.slice(4)).toEqual([0, 0]);
  });

  it("holds nothing that is learned", () => {
    expect(base.layout.leaves.every(({ frozen }) => frozen)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { type Energy, makeEnergy } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import type { Expr } from "../../ir/expr.js";
import { sum } from "../../ops/shape.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { callable } from "../../util/options.js";
import { tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { targetOf } from "../target.js";
import { annealedLangevin } from "./annealed-langevin.js";
import { ula } from "./ula.js";

const key = makeKey(40);

describe("a pass over a Gaussian", () => {
  const [sigmaMax, sigmaMin, levels, steps, stepSize] = [5, 0.2, 4, 3, 0.25];
  const options = { sigmaMax, sigmaMin, levels, steps, stepSize };
  const [mean, sd] = [1, 0.5];
  const target = targetOf({ energy: gaussianEnergy([2], mean, sd) }, {}, 5);
  const sigmas = Array.from({ length: levels * steps }, (_, i) => sigmaMax * 25 ** (-Math.floor(i / steps) / 3));

  it("is the recursion of its definition, whatever the point before it", async () => {
    const kernel = await hostKernel((t) => annealedLangevin(t, options), target, "float64");
    const noise = drawNoise(key, kernel.noise);
    const xi = numbers(noise.xi!);
    const after = [];
    for (const from of [0, 100]) {
      const x = tensor(new Float64Array(10).fill(from), [5, 2]);
      after.push(numbers((await kernel.step(await kernel.init(x), noise)).state.x!));
    }
    const expected = numbers(noise.start!).map((z, c) =>
      sigmas.reduce((x, sigma, i) => {
        const step = stepSize * sigma ** 2;
        return x - (step * (x - mean)) / (sd ** 2 + sigma ** 2) + Math.sqrt(2 * step) * xi[10 * i + c]!;
      }, sigmaMax * z),
    );
    for (const [c, x] of expected.entries()) expect(after[0]![c]).toBeCloseTo(x, 10);
    expect(after[1]).toEqual(after[0]);
  });

  it("leaves the law that the recursion says, which is near the one smoothed by σ_min and is not the density's", async () => {
    const start = tensor(new Float64Array(4096), [4096, 1]);
    const energy = gaussianEnergy([1], mean, sd);
    const draws = await sample({ energy, sampler: annealedLangevin, options, start, warmup: 0, draws: 4, key });
    let [m, v] = [0, sigmaMax ** 2];
    for (const sigma of sigmas) {
      const [step, variance] = [stepSize * sigma ** 2, sd ** 2 + sigma ** 2];
      const kept = 1 - step / variance;
      [m, v] = [mean + kept * (m - mean), kept ** 2 * v + 2 * step];
    }
    const x = numbers(draws.x);
    const squares = x.map((value) => (value - m) ** 2);
    // Independent draws: 5 standard errors, false alarms once in 1.7e6.
    expect(expectedMeanErrors("mean", x, m)).toEqual([]);
    expect(expectedMeanErrors("variance", squares, v)).toEqual([]);
    expect(expectedMeanErrors("variance of the density", squares, sd ** 2)).not.toEqual([]);
    // One draw of a chain says nothing of the next.
    const products = x.flatMap((value, i) => (i % 4 === 0 ? [] : [(value - m) * (x[i - 1]! - m)]));
    expect(expectedMeanErrors("covariance of consecutive draws", products, 0)).toEqual([]);
  });
});

it("shares far modes nearly by their weights, where Langevin steps from the same start share them by basins", async () => {
  // 16 standard deviations apart; the first holds 2/3.
  const means = [
    [-4, 0],
    [4, 0],
  ];
  const energy = mixtureEnergy([2], { means, variances: [0.25, 0.25], weights: [2, 1] });
  const chains = 2048;
  const share = ({ x }: { x: { data: ArrayLike<number> } }): number =>
    Array.from({ length: chains }, (_, i) => (x.data[2 * i]! < 0 ? 1 : 0)).reduce<number>((s, v) => s + v, 0) / chains;
  const start = tensor(
    normal(fold(key, "start"), [chains, 2]).data.map((v) => 10 * v),
    [chains, 2],
  );
  const run = { energy, start, key };
  const options = { steps: 50 };
  const annealed = share(await sample({ ...run, sampler: annealedLangevin, options, warmup: 0, draws: 1 }));
  const plain = share(await sample({ ...run, sampler: ula, options: { stepSize: 0.02 }, warmup: 300, draws: 1 }));
  // A share has a standard error of 0.0105. The truth is 2/3; the basins of this start hold one half.
  expect(Math.abs(annealed - 2 / 3)).toBeLessThan(0.06);
  expect(Math.abs(plain - 1 / 2)).toBeLessThan(0.06);
});

describe("its levels", () => {
  const key = makeKey(41);
  const plain = gaussianEnergy([1], 0, 1);
  const { exact: _, ...rest } = plain;
  const learned = callable((x: Expr) => plain(x), { ...rest, noiseLevels: [0.05, 3] as const });
  const passed = async (energy: Energy, options: object) => {
    const kernel = await hostKernel((t) => annealedLangevin(t, options), targetOf({ energy }, {}, 3), "float64");
    const x = await kernel.init(tensor(new Float64Array(3), [3, 1]));
    return numbers((await kernel.step(x, drawNoise(key, kernel.noise))).state.x!);
  };

  it("are those at which the energy was learned, or 10 to 0.1 where it knows all", async () => {
    expect(await passed(learned, {})).toEqual(await passed(plain, { sigmaMin: 0.05, sigmaMax: 3 }));
    expect(await passed(plain, {})).toEqual(await passed(plain, { sigmaMin: 0.1, sigmaMax: 10 }));
    expect(await passed(plain, {})).not.toEqual(await passed(learned, {}));
  });

  it("are those that are given, either alone", async () => {
    expect(await passed(learned, { sigmaMax: 2 })).toEqual(await passed(plain, { sigmaMin: 0.05, sigmaMax: 2 }));
    expect(await passed(learned, { sigmaMin: 0.2 })).toEqual(await passed(plain, { sigmaMin: 0.2, sigmaMax: 3 }));
  });
});

it("refuses levels that do not descend, and energies that do not know their smoothed selves", () => {
  const energy = gaussianEnergy([1], 0, 1);
  const smooth = targetOf({ energy }, {}, 2);
  expect(() => annealedLangevin(smooth, { sigmaMax: 1, sigmaMin: 1 })).toThrow("sigmaMin 1 must be below sigmaMax 1");
  const plain = targetOf({ energy: makeEnergy({ event: [1], energy: (x) => sum(x, 1) }) }, {}, 2);
  expect(() => annealedLangevin(plain)).toThrow("needs the energy at every noise level (an energy's smoothed)");
  expect(annealedLangevin.gradients(annealedLangevin.options.parse({ levels: 7, steps: 3 }))).toBe(21);
});

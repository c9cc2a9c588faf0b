import { describe, expect, it } from "vitest";
import { makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { tilted } from "../energies/tilted.js";
import { add, mul, square } from "../ops/arithmetic.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { denoise } from "./denoise.js";
import { impute } from "./impute.js";
import type { Spread } from "./row-chains.js";

const NaN_ = Number.NaN;
const points = (...rows: readonly number[][]) => tensor(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);
const key = makeKey(5);

/** `N(0, Σ)` with Σ = [[1, ρ], [ρ, 1]]: x₂ given x₁ is `N(ρ x₁, 1 − ρ²)`. ρ is the one parameter. */
const correlated = makeEnergy({
  event: [2],
  layout: { size: 1, leaves: [{ name: "rho", shape: [1], offset: 0 }] },
  energy(x, rho) {
    const [a, b] = [0, 1].map((j) => reshape(slice(x, 1, j, j + 1), [x.shape[0]!]));
    const r = reshape(rho, []);
    const squares = add(add(square(a!), square(b!)), mul(mul(-2, r), mul(a!, b!)));
    return mul(0.5 / (1 - 0.64), squares);
  },
});
const params = tensor(Float32Array.from([0.8]));

describe("impute", () => {
  it("is the conditional law of a correlated Gaussian, each row with its own pattern", async () => {
    const rows = points([1, NaN_], [NaN_, -1], [-2, NaN_], [0.5, 0.25], [0, NaN_]);
    const { standardDeviations, worst, missing, ...done } = await impute({ energy: correlated, params }, rows, { key });
    const expected = [1, 0.8, -0.8, -1, -2, -1.6, 0.5, 0.25, 0, 0];
    // The mean of 2000 draws worth `ess` at least: five standard errors, false alarms in 2e-6 of four cells.
    const tolerance = (5 * 0.6) / Math.sqrt(worst!.ess);
    expect(tolerance).toBeLessThan(0.15);
    for (const [i, v] of expected.entries()) {
      const gap = Math.abs(done.rows.data[i]! - v);
      if (Number.isNaN(rows.data[i])) {
        expect(gap).toBeLessThan(tolerance);
        expect(Math.abs(standardDeviations.data[i]! - 0.6)).toBeLessThan(tolerance);
      } else expect([gap, standardDeviations.data[i]]).toEqual([0, 0]);
    }
    expect(missing).toBe(4);
    expect(worst!.rhat).toBeLessThan(1.05);
  });

  it("starts chains where the density is said to lie, and else about 0, from where one mode is never seen", async () => {
    const means = [
      [0, 40],
      [0, 400],
    ];
    const energy = mixtureEnergy([2], { means, variances: [1, 1], weights: [1, 1] });
    const run = { key, keepDraws: true, chains: 8, draws: 100, warmup: 200 };
    const share = async (around?: Spread): Promise<number> => {
      const x = (await impute({ energy }, points([0, NaN_]), { ...run, around })).draws![0]!.x.data;
      return x.filter((v) => v > 220).length / x.length;
    };
    // Chains do not cross, and half of the starts lie beyond 220: none of eight does once in 256 seeds.
    const found = await share({ mean: Float64Array.of(0, 220), scale: Float64Array.of(1, 100) });
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(1);
    expect(await share()).toBe(0);
  });

  it("keeps both modes where the conditional law has two", async () => {
    const means = [
      [0, -1],
      [0, 1],
    ];
    const energy = mixtureEnergy([2], { means, variances: [0.25, 0.25], weights: [3, 1] });
    const run = { key, keepDraws: true, draws: 1000 };
    const { draws, rows, worst } = await impute({ energy }, points([0, NaN_], [0.3, NaN_]), run);
    const x = draws![0]!.x.data;
    const upper = x.filter((v) => v > 0).length / x.length;
    // Above 0 lie 0.75 · Φ(−2) + 0.25 · Φ(2), and beyond ±0.5 lie 0.843.
    // Where the mean of 0.75 · −1 + 0.25 · 1 lies there is little mass: the mean is right and tells little.
    // Five standard errors of an ESS that crossing the gap leaves: one false alarm in a million.
    const tolerance = 5 / Math.sqrt(worst!.ess);
    expect(tolerance).toBeLessThan(0.5);
    for (const mean of rows.data.filter((_, i) => i % 2 === 1)) expect(Math.abs(mean + 0.5)).toBeLessThan(tolerance);
    expect(Math.abs(upper - 0.2614)).toBeLessThan(tolerance / 2);
    expect(x.filter((v) => Math.abs(v) > 0.5).length / x.length).toBeGreaterThan(0.75);
  });

  it("is the law that the energy has, by quadrature, also where it learned from no row", async () => {
    const energy = tilted({ hidden: [16] }, { event: [2] });
    const params = normal(makeKey(9), [energy.layout.size]);
    const given = [-4, 0, 3, 5];
    const run = { key, chains: 8, draws: 1000 };
    const done = await impute({ energy, params }, points(...given.map((x) => [x, NaN_])), run);
    const means: number[] = [];
    const y = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
    for (const [i, x] of given.entries()) {
      const e = await energyOf(energy, "float64")(points(...y.map((v) => [x, v])), params);
      const least = Math.min(...e);
      const [w, first, second] = [0, 1, 2].map((k) => y.reduce((s, v, j) => s + v ** k * Math.exp(least - e[j]!), 0));
      const [mean, sd] = [first! / w!, Math.sqrt(second! / w! - (first! / w!) ** 2)];
      means.push(mean);
      const tolerance = (5 * sd) / Math.sqrt(done.worst!.ess);
      expect(tolerance).toBeLessThan(0.25);
      // Five standard errors of the worst cell: false alarms in 2e-6 of four means; a deviation has less error than a mean.
      expect(Math.abs(done.rows.data[2 * i + 1]! - mean)).toBeLessThan(tolerance);
      expect(Math.abs(done.standardDeviations.data[2 * i + 1]! - sd)).toBeLessThan(tolerance);
    }
    // They are laws apart: those of another row would be found.
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(0.5);
  });

  it("says which rows are given what those of the training have not shown, row by row in order", async () => {
    const z = normal(makeKey(6), [1000, 2], "float64").data;
    const seen = tensor(
      z.map((v, i) => (i % 2 === 0 ? v : 0.8 * z[i - 1]! + 0.6 * v)),
      [1000, 2],
    );
    const rows = points([NaN_, 7], [1, NaN_], [4, NaN_], [NaN_, 0], [9, 9]);
    const run = { key, chains: 2, warmup: 20, draws: 10, seen };
    const { outside } = await impute({ energy: correlated, params }, rows, run);
    expect(outside).toMatchObject([
      { row: 0, coordinates: [1], values: [7] },
      { row: 2, coordinates: [0], values: [4] },
    ]);
    expect((await impute({ energy: correlated, params }, rows, { ...run, seen: undefined })).outside).toBeUndefined();
  });

  it("gives the same draws for the same key, and leaves whole rows alone", async () => {
    const rows = points([1, NaN_], [0, 1]);
    const run = { key, warmup: 20, draws: 10, chains: 2 };
    const [a, b] = [
      await impute({ energy: correlated, params }, rows, run),
      await impute({ energy: correlated, params }, rows, run),
    ];
    expect(a.rows.data).toEqual(b.rows.data);
    const whole = await impute({ energy: correlated, params }, points([0, 1]), run);
    expect([whole.missing, whole.worst, [...whole.rows.data]]).toEqual([0, null, [0, 1]]);
  });

  it("says what is wrong", async () => {
    const model = { energy: correlated, params };
    await expect(impute(model, points([0, 1], [NaN_, NaN_]), { key })).rejects.toThrow(
      "row 1 (from 0) is missing altogether",
    );
    await expect(impute(model, points([Infinity, NaN_]), { key })).rejects.toThrow("coordinate 0 is Infinity");
    await expect(impute({ energy: correlated }, points([0, NaN_]), { key })).rejects.toThrow("1 parameters");
    await expect(impute(model, points([0, NaN_]), { key, draws: 0 })).rejects.toThrow("draws must be");
  });

  it("refuses an energy whose rows interact", async () => {
    const energy = makeEnergy({ event: [2], energy: (x) => add(sum(square(x), 1), sum(square(x))) });
    await expect(impute({ energy }, points([1, NaN_], [2, NaN_]), { key })).rejects.toThrow("one by one");
  });
});

describe("denoise", () => {
  it("says which noisy rows are unlike those of the training with as much noise", async () => {
    const seen = tensor(normal(makeKey(8), [1000, 1], "float64").data, [1000, 1]);
    const run = { key, seen, method: "gradient" } as const;
    const outside = async (sigma: number) =>
      (await denoise({ energy: gaussianEnergy([1], 0, 1) }, points([0], [6]), { ...run, sigma })).outside;
    expect(await outside(0.1)).toMatchObject([{ row: 1, coordinates: [0], values: [6] }]);
    // With noise of 3 a sum of both has deviation 3.2, and 6 is nothing special.
    expect(await outside(3)).toEqual([]);
  });

  // x ~ N(1, 2²), noise of σ = 1: the posterior mean is (y·4 + 1)/5 and its variance 4/5.
  const energy = gaussianEnergy([1], 1, 2);
  const y = points([3], [-4], [0]);
  const exact = [13 / 5, -3, 1 / 5];

  it("is the posterior mean, each row with its own y", async () => {
    const { x, standardError } = await denoise({ energy }, y, { sigma: 1, key });
    // Five standard errors: false alarms in 2e-6 of three rows.
    for (const [i, v] of exact.entries()) {
      expect(standardError!.data[i]).toBeLessThan(0.05);
      expect(Math.abs(x.data[i]! - v)).toBeLessThan(5 * standardError!.data[i]!);
    }
  });

  it("is Tweedie's formula with the smoothed energy, and says when it is not", async () => {
    const smooth = await denoise({ energy }, y, { sigma: 1, method: "gradient" });
    expect(smooth.exact).toBe(true);
    for (const [i, v] of exact.entries()) expect(smooth.x.data[i]).toBeCloseTo(v, 10);
    const rough = makeEnergy({ event: [1], energy: (x) => energy(x) });
    const step = await denoise({ energy: rough }, y, { sigma: 1, method: "gradient" });
    expect(step.exact).toBe(false);
    for (const [i, v] of [...y.data].entries()) expect(step.x.data[i]).toBeCloseTo(v - (v - 1) / 4, 10);
  });

  it("leaves rows where they are as the noise vanishes", async () => {
    const { x, standardError } = await denoise({ energy }, y, { sigma: 1e-3, warmup: 50, draws: 50, key });
    for (const [i, v] of x.data.entries()) {
      expect(standardError!.data[i]).toBeLessThan(1e-3);
      // The mean moves by σ²/4 (y − 1), less than 2e-6; five standard errors: false alarms in 2e-6 of three rows.
      expect(Math.abs(v - y.data[i]!)).toBeLessThan(5 * standardError!.data[i]! + 2e-6);
    }
  });

  it("takes the noise of every coordinate", async () => {
    // Independent N(1, 2²) coordinates with noise of 1 and 4: means (4 y + 1)/5 and (4 y + 16)/20.
    const plane = gaussianEnergy([2], 1, 2);
    const rows = points([3, 3], [-4, 0]);
    const { x, standardError } = await denoise({ energy: plane }, rows, { sigma: [1, 4], key });
    // Five standard errors: false alarms in 3e-6 of four numbers.
    for (const [i, v] of [13 / 5, 28 / 20, -3, 16 / 20].entries())
      expect(Math.abs(x.data[i]! - v)).toBeLessThan(5 * standardError!.data[i]!);
    const step = await denoise({ energy: plane }, rows, { sigma: [1, 4], method: "gradient" });
    expect(step.exact).toBe(false);
    for (const [i, v] of [3 - 2 / 4, 3 - (16 * 2) / 4, -4 + 5 / 4, (16 * 1) / 4].entries())
      expect(step.x.data[i]).toBeCloseTo(v, 10);
    await expect(denoise({ energy: plane }, rows, { sigma: [1, 2, 3], key })).rejects.toThrow(
      "3 numbers for points of 2",
    );
  });

  it("says what is wrong", async () => {
    await expect(denoise({ energy }, y, { sigma: 0, key })).rejects.toThrow("sigma is 0");
    await expect(denoise({ energy }, y, { sigma: 1 })).rejects.toThrow("give a key");
    await expect(denoise({ energy }, points([0], [1e30]), { sigma: 1, key })).rejects.toThrow(
      "denoise: the energy is Infinity around row 1 (from 0)",
    );
    await expect(denoise({ energy }, points([NaN_]), { sigma: 1, key })).rejects.toThrow("row 0 (from 0) holds NaN");
  });
});

import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, NumericError } from "../../util/errors.js";
import { steppingStone, thermodynamicIntegration } from "./thermodynamic-integration.js";

const key = makeKey(53);

// U_β = (1 − β) x²/2 + β (a x²/2 + c): Gaussian with precision 1 − β + β a at every temperature.
const [A, C] = [9, -3];
const truth = -C - 0.5 * Math.log(A);
const precision = (beta: number): number => 1 - beta + beta * A;
const even = (n: number): number[] => Array.from({ length: n + 1 }, (_, k) => k / n);
const meanAt = (beta: number): number => (A - 1) / (2 * precision(beta)) + C;
const varianceAt = (beta: number): number => (A - 1) ** 2 / (2 * precision(beta) ** 2);

describe("thermodynamic-integration", () => {
  const error = (n: number, corrected: boolean): number => {
    const temperatures = even(n);
    const path = { temperatures, means: temperatures.map(meanAt) };
    const { logRatio } = thermodynamicIntegration(
      corrected ? { ...path, variances: temperatures.map(varianceAt) } : path,
    );
    return logRatio.value - truth;
  };

  it("converges as h², with the variances as h⁴", () => {
    for (const n of [16, 32]) {
      expect(error(n, false) / error(2 * n, false)).toBeCloseTo(4, 0);
      expect(error(2 * n, true) / error(4 * n, true)).toBeGreaterThan(13);
      expect(error(2 * n, true) / error(4 * n, true)).toBeLessThan(19);
    }
    expect(Math.abs(error(64, false))).toBeLessThan(1e-3);
    expect(Math.abs(error(64, true))).toBeLessThan(1e-5);
  });

  it("knows what the rule is off by", () => {
    const temperatures = even(32);
    const path = { temperatures, means: temperatures.map(meanAt) };
    const plain = thermodynamicIntegration(path);
    expect(plain.discretisation / Math.abs(error(32, false))).toBeGreaterThan(0.7);
    expect(plain.discretisation / Math.abs(error(32, false))).toBeLessThan(1.4);
    expect(plain.logRatio.standardError).toBe(plain.discretisation);
  });

  it("adds the errors of the means as a straight line does, by hand", () => {
    // Weights 0.25, 0.5, 0.25 of a linear mean: no discretisation.
    const { logRatio } = thermodynamicIntegration({
      temperatures: [0, 0.5, 1],
      means: [1, 2, 3],
      errors: [0.4, 0.3, 0.4],
    });
    expect(logRatio.value).toBeCloseTo(-2, 14);
    expect(logRatio.standardError).toBeCloseTo(Math.sqrt(0.01 + 0.0225 + 0.01), 14);
  });

  // 95 % of 400: standard deviation 1.1 %, so 3 % is 2.75 of them: false alarm 0.6 % a bound.
  it("covers the truth with noisy means", () => {
    const temperatures = even(40);
    const errors = temperatures.map((b) => Math.sqrt(varianceAt(b) / 50));
    let hits = 0;
    for (let r = 0; r < 400; r++) {
      const noise = normal(fold(key, r), [41], "float64").data;
      const means = temperatures.map((b, k) => meanAt(b) + errors[k]! * noise[k]!);
      const [low, high] = thermodynamicIntegration({
        temperatures,
        means,
        errors,
        variances: temperatures.map(varianceAt),
      }).logRatio.interval!;
      if (low <= truth && truth <= high) hits++;
    }
    expect(hits / 400).toBeGreaterThan(0.92);
    expect(hits / 400).toBeLessThan(0.98);
  });

  it("refuses temperatures that do not ascend, lengths that differ, and a mean that is no number", () => {
    const run = (temperatures: number[], means: number[]) => () => thermodynamicIntegration({ temperatures, means });
    expect(run([0, 0.5, 0.5], [1, 1, 1])).toThrow(/temperature 2 \(from 0\) is 0.5 after 0.5/);
    expect(run([0, 1], [1])).toThrow(InputError);
    expect(run([0], [1])).toThrow(/at least two/);
    expect(run([0, 1], [1, Number.NaN])).toThrow(NumericError);
  });
});

describe("stepping-stone", () => {
  const differences = (seed: number, temperatures: readonly number[], draws: number) =>
    temperatures.slice(0, -1).map((beta, k) => {
      const z = normal(fold(fold(key, seed), k), [4, draws], "float64").data;
      return { shape: [4, draws] as const, data: z.map((v) => ((A - 1) * v * v) / (2 * precision(beta)) + C) };
    });

  it("is exact where the difference is a constant", () => {
    const constant = { shape: [1, 4] as const, data: [2, 2, 2, 2] };
    const { logRatio } = steppingStone({ temperatures: [0, 0.3, 1], differences: [constant, constant] });
    expect(logRatio.value).toBeCloseTo(-2, 14);
    expect(logRatio.standardError).toBe(0);
  });

  it("covers the truth with temperatures far apart, where the trapezoid would be off by 0.2", () => {
    const temperatures = even(4);
    let hits = 0;
    for (let r = 0; r < 300; r++) {
      const [low, high] = steppingStone({ temperatures, differences: differences(r, temperatures, 200) }).logRatio
        .interval!;
      if (low <= truth && truth <= high) hits++;
    }
    // 95 % of 300: standard deviation 1.3 %, so 3.5 % is 2.75 of them: false alarm 0.6 % a bound.
    expect(hits / 300).toBeGreaterThan(0.915);
    expect(hits / 300).toBeLessThan(0.985);
    const plain = thermodynamicIntegration({ temperatures, means: temperatures.map(meanAt) });
    expect(Math.abs(plain.logRatio.value - truth)).toBeGreaterThan(0.1);
  });

  it("refuses a set of differences too few", () => {
    expect(() => steppingStone({ temperatures: [0, 0.5, 1], differences: [] })).toThrow(InputError);
  });
});

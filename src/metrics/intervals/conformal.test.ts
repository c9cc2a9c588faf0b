import { describe, expect, it } from "vitest";
import { kolmogorov } from "../../../test/support/goodness.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { benjaminiHochberg, callable, conformalPValues } from "./conformal.js";

const key = makeKey(41);
const draws = (name: string, n: number): Float64Array => normal(fold(key, name), [n], "float64").data;

describe("conformal p-values", () => {
  it("count the calibration scores that are as high", () => {
    expect([...conformalPValues([3, 1, 2, 2], [0, 1, 2, 2.5, 3, 4])]).toEqual([1, 1, 4 / 5, 2 / 5, 2 / 5, 1 / 5]);
    // What has no score is as far out as can be told, beyond an infinite one as well.
    expect([...conformalPValues([1, 2, 3], [Number.NaN, 0, Number.POSITIVE_INFINITY])]).toEqual([1 / 4, 1, 1 / 4]);
    expect([...conformalPValues([1, 2, Number.POSITIVE_INFINITY], [Number.NaN])]).toEqual([1 / 4]);
  });

  // 2000 sets of 19 calibration scores and a new one: p is uniform on {1/20, …, 1}. The frequency of p ≤ 1/20 is within
  // 5 standard errors; false alarms: once in 1.7e6 runs.
  it("are uniform for a point like the others, and small for one that is not", () => {
    const [sets, n] = [2000, 19];
    const [own, other] = [draws("calibration", sets * n), draws("new", sets)];
    const p = (shift: number): number[] =>
      Array.from(
        { length: sets },
        (_, i) => conformalPValues(own.subarray(i * n, (i + 1) * n), [other[i]! + shift])[0]!,
      );
    const share = (values: number[]): number => values.filter((v) => v <= 0.05 + 1e-12).length / sets;
    const error = Math.sqrt((0.05 * 0.95) / sets);
    expect(Math.abs(share(p(0)) - 0.05)).toBeLessThan(5 * error);
    expect(share(p(2))).toBeGreaterThan(0.3);
  });

  it("refuse to be made without calibration scores", () => {
    expect(() => conformalPValues([], [1])).toThrow("no calibration scores");
    expect(() => conformalPValues([1, Number.NaN], [1])).toThrow("is NaN");
  });
});

describe("Benjamini and Hochberg", () => {
  it("follows the step-up rule by hand", () => {
    // Thresholds at 0.1: 0.02, 0.04, 0.06, 0.08, 0.1. 0.055 is the third, so the 0.045 before it counts too.
    expect(benjaminiHochberg([0.9, 0.045, 0.01, 0.055, 0.3], 0.1)).toEqual([false, true, true, true, false]);
    expect(benjaminiHochberg([0.5, 0.6], 0.1)).toEqual([false, false]);
    expect(benjaminiHochberg([Number.NaN, 0.001], 0.1)).toEqual([false, true]);
    expect(() => benjaminiHochberg([0.5], 1)).toThrow("rate is 1");
  });

  // 1000 families of 50 uniform and 10 tiny p-values: the mean share of false calls is 50/60 of the rate, with a
  // standard error below 0.003; without the correction it would be far above.
  it("keeps the share of false calls at its rate", () => {
    const [families, nulls, real] = [1000, 50, 10];
    const u = uniform(fold(key, "u"), [families * nulls], "float64").data;
    expect(kolmogorov(u, (x) => x)).toBeLessThan(2.6);
    const shares = Array.from({ length: families }, (_, i) => {
      const p = [...u.subarray(i * nulls, (i + 1) * nulls), ...new Array<number>(real).fill(1e-6)];
      const calls = benjaminiHochberg(p, 0.1);
      const wrong = calls.slice(0, nulls).filter(Boolean).length;
      return wrong / calls.filter(Boolean).length;
    });
    const mean = shares.reduce((s, v) => s + v, 0) / families;
    expect(mean).toBeLessThan(0.1);
    expect(Math.abs(mean - 0.1 * (nulls / (nulls + real)))).toBeLessThan(0.015);
  });
});

describe("callable", () => {
  it("is what the rule calls of points with the least p-value there is", () => {
    for (const [m, n, rate] of [
      [20, 68, 0.1],
      [1000, 80, 0.1],
      [20, 199, 0.1],
      [20, 198, 0.1],
      [1, 9, 0.1],
      [7, 3, 0.3],
    ] as const) {
      const { fewest, needed } = callable(m, n, rate);
      const called = (k: number, held: number): number =>
        benjaminiHochberg(
          Array.from({ length: m }, (_, i) => (i < k ? 1 / (held + 1) : 1)),
          rate,
        ).filter(Boolean).length;
      if (fewest <= m) expect(called(fewest, n), `${m} ${n}`).toBe(fewest);
      if (fewest > 1) expect(called(Math.min(m, fewest - 1), n), `${m} ${n}`).toBe(0);
      expect(called(1, needed), `${m} ${n}`).toBe(1);
      if (needed > 1) expect(called(1, needed - 1), `${m} ${n}`).toBe(0);
    }
  });
});

import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { normalQuantile } from "../../random/normal-quantile.js";
import { betaProbability, betaQuantile, studentQuantile } from "./beta-quantile.js";
import { meanEstimate, medianEstimate, normalEstimate, proportionEstimate, Z95 } from "./interval.js";

describe("quantiles", () => {
  it("beta agrees with SciPy", () => {
    // logGamma is good to 1e-15 of a number near 10⁶ at a = 10⁵: 1e-9 of a probability.
    for (const [p, a, b, x] of golden.betaQuantiles) expect(relativeError(betaQuantile(p, a, b), x)).toBeLessThan(2e-9);
  });

  it("beta has its closed forms", () => {
    expect(betaProbability(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(betaProbability(0.3, 3, 1)).toBeCloseTo(0.027, 14);
    expect(betaProbability(0.3, 2.5, 4) + betaProbability(0.7, 4, 2.5)).toBeCloseTo(1, 14);
    expect(betaQuantile(0, 2, 3)).toBe(0);
    expect(betaQuantile(1, 2, 3)).toBe(1);
  });

  it("Student agrees with SciPy and ends at the normal", () => {
    for (const [p, degrees, t] of golden.studentQuantiles)
      expect(relativeError(studentQuantile(p, degrees), t)).toBeLessThan(1e-11);
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(Z95, 5);
    expect(Z95).toBeCloseTo(normalQuantile(0.975), 14);
  });
});

describe("estimates", () => {
  it("Wilson's ends solve their equation", () => {
    for (const [p, n] of [
      [0.3, 40],
      [0.02, 12.5],
      [0.999, 400],
    ] as const) {
      const { standardError, interval } = proportionEstimate(p, n);
      expect(standardError).toBeCloseTo(Math.sqrt((p * (1 - p)) / n), 15);
      for (const end of interval!) expect((p - end) ** 2).toBeCloseTo((Z95 ** 2 * end * (1 - end)) / n, 14);
    }
  });

  it("Wilson's ends solve it with Student's quantile where the number of draws is an estimate", () => {
    const { standardError, interval } = proportionEstimate(0.3, 40, 7);
    expect(standardError).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 40), 15);
    const t = studentQuantile(0.975, 7);
    for (const end of interval!) expect((0.3 - end) ** 2).toBeCloseTo((t ** 2 * end * (1 - end)) / 40, 14);
    expect(proportionEstimate(0.3, 40, Number.POSITIVE_INFINITY)).toEqual(proportionEstimate(0.3, 40));
  });

  it("Wilson keeps a width at 0 and 1 and stays inside", () => {
    expect(proportionEstimate(0, 10).interval).toEqual([0, Z95 ** 2 / (10 + Z95 ** 2)]);
    expect(proportionEstimate(1, 10).interval![1]).toBe(1);
    expect(proportionEstimate(1, 10).interval![0]).toBeCloseTo(10 / (10 + Z95 ** 2), 14);
    expect(proportionEstimate(0.5, 0)).toEqual({ value: 0.5, standardError: null, interval: null });
  });

  it("a mean of few values gets Student's width", () => {
    const { value, standardError, interval } = meanEstimate([1, 2, 3]);
    expect([value, standardError]).toEqual([2, Math.sqrt(1 / 3)]);
    expect(interval![1]).toBeCloseTo(2 + 4.302652729749 * Math.sqrt(1 / 3), 10);
    expect(meanEstimate([5])).toEqual({ value: 5, standardError: null, interval: null });
  });

  it("a median lies between the order statistics of the sign test", () => {
    const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => n - i);
    // 2 P(B < r) of Bin(n, ½): 2/64 at r = 1 of 6; 0.0414 at 6 of 20; 0.0352 at 40 of 100, and 0.0569 at 41.
    expect(medianEstimate(upTo(6))).toEqual({ value: 3.5, standardError: 5 / (2 * Z95), interval: [1, 6] });
    expect(medianEstimate(upTo(20)).interval).toEqual([6, 15]);
    expect(medianEstimate(upTo(100)).interval).toEqual([40, 61]);
    expect(medianEstimate(upTo(5))).toEqual({ value: 3, standardError: null, interval: null });
    for (const none of [[], [...upTo(8), Number.NaN]]) expect(medianEstimate(none).value).toBeNaN();
  });

  it("holds the median of an exponential law as often as it says, and not its mean (negative control)", () => {
    const runs = 2000;
    const held = [Math.LN2, 1].map((truth) => {
      let count = 0;
      for (let i = 0; i < runs; i++) {
        const x = uniform(fold(makeKey(4), i), [20], "float64").data.map((u) => -Math.log1p(-u));
        const [low, high] = medianEstimate(x).interval!;
        if (low < truth && truth < high) count++;
      }
      return count / runs;
    });
    // 4.5 standard errors: 7e-6.
    expect(Math.abs(held[0]! - (1 - 0.0414))).toBeLessThan(4.5 * Math.sqrt((0.0414 * 0.9586) / runs));
    expect(held[1]).toBeLessThan(0.85);
  });

  it("an unknown error gives a bare value", () => {
    expect(normalEstimate(3, Number.NaN)).toEqual({ value: 3, standardError: null, interval: null });
    expect(normalEstimate(Number.NEGATIVE_INFINITY, 1).interval).toBeNull();
  });
});

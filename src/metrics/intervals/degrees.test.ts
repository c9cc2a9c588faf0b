import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { studentQuantile } from "./beta-quantile.js";
import { studentTail, sumDegrees, varianceDegrees } from "./degrees.js";

const key = makeKey(55);

describe("degrees of freedom of a variance", () => {
  it("are 2/(relative variance of it) over repetitions: all of normal numbers, few of skewed ones", () => {
    const laws = [
      (seed: number) => normal(fold(key, seed), [200], "float64").data,
      (seed: number) => normal(fold(key, seed), [200], "float64").data.map((v) => Math.exp(v / 2)),
    ];
    for (const draw of laws) {
      const samples = Array.from({ length: 1000 }, (_, seed) => draw(seed));
      const variances = samples.map((x) => variance(x));
      const truth = 2 / (variance(variances) / mean(variances) ** 2);
      const found = 1 / mean(samples.map((x) => 1 / varianceDegrees(x)));
      expect(found / truth).toBeGreaterThan(0.7);
      expect(found / truth).toBeLessThan(1.5);
    }
  });

  it("are unlimited for a constant, and at least one", () => {
    expect(varianceDegrees([2, 2, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(varianceDegrees([0, 0, 0, 0, 0, 0, 0, 1])).toBeGreaterThanOrEqual(1);
    expect(varianceDegrees([-1, 1])).toBe(1);
  });

  it("of a sum are Welch's: by hand, and those of the part that dominates", () => {
    expect(
      sumDegrees([
        [1, 10],
        [2, 20],
      ]),
    ).toBeCloseTo(9 / (1 / 10 + 4 / 20), 12);
    expect(
      sumDegrees([
        [1e-9, 1],
        [1, 33],
      ]),
    ).toBeCloseTo(33, 6);
    expect(sumDegrees([[0, Number.POSITIVE_INFINITY]])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the tail of Student's law", () => {
  it("is the inverse of its quantile, and the normal one in the limit", () => {
    for (const degrees of [1, 4, 15, 200])
      expect(studentTail(studentQuantile(0.999, degrees), degrees)).toBeCloseTo(0.002, 10);
    expect(studentTail(0, 3)).toBeCloseTo(1, 12);
    // 2 Φ(−4) = 6.334e-5; 1e4 degrees of freedom add 0.7 %.
    expect(studentTail(4, Number.POSITIVE_INFINITY) / 6.334248e-5).toBeCloseTo(1, 1);
    expect(studentTail(Number.POSITIVE_INFINITY, 5)).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { leastForTail, tailInterval, tailPValues } from "./tail-p-values.js";

/** Laws with known tails: the score that a share of all is above. */
const laws = {
  uniform: (share: number) => 1 - share,
  exponential: (share: number) => -Math.log(share),
  logistic: (share: number) => Math.log((1 - share) / share),
  "power of two": (share: number) => share ** -0.5,
} as const;

const drawn = (law: keyof typeof laws, key: number, n: number): Float64Array =>
  uniform(fold(makeKey(key), law), [n], "float64").data.map((u) => laws[law](1 - u));

describe("p-values continued by a tail", () => {
  it.each(Object.keys(laws) as (keyof typeof laws)[])("call %s scores no more often than they say", (law) => {
    const [n, sets] = [99, 60];
    // True shares from a tenth down to 1e-6, and the scores that they are above.
    const steps = Array.from({ length: 116 }, (_, i) => 10 ** (-1 - i / 23));
    const sorted = Array.from(
      { length: sets },
      (_, set) => tailPValues(drawn(law, set, n), steps.map(laws[law]))!.pValue,
    );
    for (const alpha of [1 / 300, 1 / 1000]) {
      // The share of all scores whose p-value is at most alpha.
      const called = sorted.map((pValue) => steps[pValue.findIndex((p) => p <= alpha)] ?? 0);
      const mean = called.reduce((a, b) => a + b, 0) / sets;
      const error = Math.sqrt(called.reduce((s, v) => s + (v - mean) ** 2, 0) / sets / (sets - 1));
      // Counting cannot call at either. Three errors above: false once in 700 for a rate that is just kept.
      expect(mean - 3 * error, `at ${alpha}`).toBeLessThan(alpha);
    }
  });

  it("hold the true share in their interval, nearly always", () => {
    const [n, sets] = [199, 100];
    for (const law of ["exponential", "logistic", "power of two"] as const) {
      const held = Array.from({ length: sets }, (_, set) => {
        const [low, high] = tailInterval(drawn(law, 500 + set, n), laws[law](1e-3))!;
        return low <= 1e-3 && 1e-3 <= high;
      }).filter(Boolean).length;
      // 95 in 100 expected; below 85 once in 10,000.
      expect(held, law).toBeGreaterThan(85);
    }
  });

  it("are too small where a second kind of row, rarer than any that was held out, is beyond: what is assumed", () => {
    // One in 500 lies at 20; 99 rows have mostly none of them.
    const calibration = drawn("exponential", 3, 99);
    expect(tailPValues(calibration, [20])!.pValue[0]).toBeLessThan(1 / 500 / 2);
  });

  it("are those that are counted up to the threshold, fall from there, and do not depend on scale", () => {
    const calibration = drawn("exponential", 1, 100);
    const scores = [0.1, 0.5, 1, 2, 3, 5, 8, 13, 100, 1e6];
    const { pValue, threshold, tail, shape } = tailPValues(calibration, scores)!;
    expect([tail, shape.interval[0] < 0, shape.interval[1] > 0]).toEqual([20, true, true]);
    for (let i = 1; i < scores.length; i++) expect(pValue[i]!).toBeLessThan(pValue[i - 1]!);
    expect(pValue.at(-1)).toBeGreaterThan(0);
    // Just beyond the threshold 21 of 101 are as high.
    expect(tailPValues(calibration, [threshold + 1e-12])!.pValue[0]).toBeCloseTo(21 / 101, 8);
    const scaled = tailPValues(
      calibration.map((v) => 7 + 1000 * v),
      scores.map((v) => 7 + 1000 * v),
    )!;
    for (const [i, p] of scaled.pValue.entries()) expect(p / pValue[i]!).toBeCloseTo(1, 8);
    expect(tailInterval(calibration, 0.1)).toBeNull();
  });

  it("give the least that is counted to what has no score, and nothing where there is no tail", () => {
    const calibration = drawn("exponential", 2, 100);
    const { pValue } = tailPValues(calibration, [Number.NaN, Number.POSITIVE_INFINITY])!;
    expect([...pValue]).toEqual([1 / 101, 1 / 101]);
    expect(tailPValues(calibration.subarray(0, leastForTail - 1), [1])).toBeNull();
    expect(tailPValues(new Float64Array(100).fill(3), [4])).toBeNull();
  });
});

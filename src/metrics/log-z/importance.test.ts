import { describe, expect, it } from "vitest";
import { integers } from "../../random/choose.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { NumericError, ShapeError } from "../../util/errors.js";
import { mean, variance } from "../../util/moments.js";
import { importance, importanceMean } from "./importance.js";

/** Log-weights of N(0, 1) draws for the target `√(2π)·0.8 · N(x; 0.5, 0.8²)`. */
function weighted(seed: number, n: number) {
  const x = normal(fold(makeKey(31), seed), [n], "float64").data;
  const logWeights = x.map((v) => -0.5 * ((v - 0.5) / 0.8) ** 2 + 0.5 * v * v + 0.5 * Math.log(2 * Math.PI));
  return { logWeights, x };
}
const logZ = Math.log(Math.sqrt(2 * Math.PI) * 0.8);

describe("importance", () => {
  it("is exact and certain for equal weights", () => {
    const { logZ: z, effectiveSampleSize, note } = importance(new Float64Array(50).fill(-3));
    expect(z.value).toBeCloseTo(-3, 14);
    expect(z.standardError).toBeCloseTo(0, 14);
    expect(effectiveSampleSize).toBeCloseTo(50, 10);
    expect(note).toBeNull();
  });

  it("has its closed forms for two weights", () => {
    const report = importance([Math.log(1), Math.log(3)]);
    expect(report.logZ.value).toBeCloseTo(Math.log(2), 14);
    // sd(1, 3) = √2, over √2 · 2.
    expect(report.logZ.standardError).toBeCloseTo(0.5, 14);
    expect(report.effectiveSampleSize).toBeCloseTo(16 / 10, 14);
    expect(report.note).toMatch(/too few draws/);
  });

  it("does not overflow, and shifts with a constant", () => {
    const { logWeights } = weighted(0, 300);
    const near = importance(logWeights);
    const far = importance(logWeights.map((v) => v + 5000));
    expect(far.logZ.value - 5000).toBeCloseTo(near.logZ.value, 9);
    expect(far.logZ.standardError).toBeCloseTo(near.logZ.standardError!, 10);
  });

  it("covers the true log Z and the true mean", () => {
    let z = 0;
    let mean = 0;
    const repetitions = 400;
    for (let r = 0; r < repetitions; r++) {
      const { logWeights, x } = weighted(r, 400);
      const [a, b] = importance(logWeights).logZ.interval!;
      if (a <= logZ && logZ <= b) z++;
      const [c, d] = importanceMean({ logWeights, values: x }).mean.interval!;
      if (c <= 0.5 && 0.5 <= d) mean++;
    }
    // 95 % of 400: standard deviation 1.1 %, so 3 % is 2.75 of them: false alarm 0.6 % a bound.
    for (const hits of [z, mean]) {
      expect(hits / repetitions).toBeGreaterThan(0.92);
      expect(hits / repetitions).toBeLessThan(0.98);
    }
  });

  it("says so when the weights cannot be trusted", () => {
    // Pareto weights of shape 1.2: not even their mean exists.
    const report = importance(uniform(makeKey(3), [2000], "float64").data.map((u) => -1.2 * Math.log(u)));
    expect(report.pareto.k).toBeGreaterThan(0.7);
    expect(report.note).toMatch(/Pareto k is .* above 0.70/);
  });

  it("says so when few draws carry it: uniform states of a critical lattice, whose two heaviest are half of Z", () => {
    // Counts of neighbours that agree less those that do not, over all states of 4 × 4 spins on a torus.
    const bit = (s: number, r: number, c: number): number => (((s >> (4 * (r % 4) + (c % 4))) & 1) === 1 ? 1 : -1);
    const logWeights = Float64Array.from({ length: 2 ** 16 }, (_, s) => {
      let bonds = 0;
      for (let r = 0; r < 4; r++)
        for (let c = 0; c < 4; c++) bonds += bit(s, r, c) * (bit(s, r + 1, c) + bit(s, r, c + 1));
      return (Math.log(1 + Math.SQRT2) / 2) * bonds;
    });
    const truth = importance(logWeights).logZ.value;
    let [far, told] = [0, 0];
    for (let r = 0; r < 100; r++) {
      const drawn = integers(fold(makeKey(32), r), [2000], 2 ** 16);
      const { logZ: found, note } = importance(Float64Array.from(drawn, (s) => logWeights[s]!));
      if (Math.abs(found.value - truth) < 0.3) continue;
      far++;
      if (note) told++;
    }
    expect(far).toBeGreaterThan(40);
    expect(told).toBeGreaterThanOrEqual(far - 2);
  });

  // Weights `u^{−k}` with a variance that does not exist. 300 of 95 %: standard deviation 1.3 %, so 92 % is 2.4 of them.
  it.each([0.5, 0.6])(
    "covers the true log Z of weights with a tail of shape %f, which the usual error does not",
    (k) => {
      let [held, usual, judged] = [0, 0, 0];
      for (let r = 0; r < 300; r++) {
        const u = uniform(fold(fold(makeKey(33), 100 * k), r), [4000], "float64").data;
        const logWeights = u.map((v) => -k * Math.log(v) + Math.log(1 - k));
        const { logZ: found, note } = importance(logWeights);
        if (note) continue;
        judged++;
        if (found.interval![0] <= 0 && 0 <= found.interval![1]) held++;
        const weights = logWeights.map(Math.exp);
        const error = Math.sqrt(variance(weights) / 4000) / mean(weights);
        if (Math.abs(found.value) <= 1.96 * error) usual++;
      }
      expect(judged).toBeGreaterThan(150);
      expect(held / judged).toBeGreaterThan(0.92);
      expect(usual / judged).toBeLessThan(0.91);
    },
  );

  it("gives -Infinity without an error when no draw has weight, and refuses NaN", () => {
    const none = importance(new Float64Array(30).fill(Number.NEGATIVE_INFINITY));
    expect(none.logZ).toEqual({ value: Number.NEGATIVE_INFINITY, standardError: null, interval: null });
    expect(none.effectiveSampleSize).toBe(0);
    expect(none.note).toMatch(/no draw has weight/);
    expect(() => importance([0, Number.NaN])).toThrow(NumericError);
    expect(() => importance([])).toThrow(/no log-weight/);
  });
});

describe("importanceMean", () => {
  it("is the weighted mean, with √Σ w̃² (f − μ)²", () => {
    const { mean } = importanceMean({ logWeights: [Math.log(1), Math.log(3)], values: [4, 8] });
    expect(mean.value).toBeCloseTo(7, 14);
    expect(mean.standardError).toBeCloseTo(Math.sqrt(9 / 16 + 9 / 16), 14);
  });

  it("ignores values without weight, and passes on NaN with weight", () => {
    const logWeights = [0, Number.NEGATIVE_INFINITY, 0];
    expect(importanceMean({ logWeights, values: [1, Number.NaN, 3] }).mean.value).toBe(2);
    expect(importanceMean({ logWeights, values: [Number.NaN, 1, 3] }).mean.value).toBeNaN();
    const nothing = importanceMean({ logWeights: [Number.NEGATIVE_INFINITY], values: [1] });
    expect(nothing.mean).toEqual({ value: Number.NaN, standardError: null, interval: null });
    expect(() => importanceMean({ logWeights, values: [1] })).toThrow(ShapeError);
  });
});

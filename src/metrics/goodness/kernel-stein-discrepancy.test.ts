import { describe, expect, it } from "vitest";
import { kolmogorov, normalCdf } from "../../../test/support/goodness.js";
import { golden, rowsOf } from "../../../test/support/goodness-golden.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { normalRows, twoModeRows, twoModeScores } from "../../../test/support/two-samples.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { energyDistance } from "./energy-distance.js";
import { kernelSteinDiscrepancy } from "./kernel-stein-discrepancy.js";
import { labelFrequencies } from "./label-frequencies.js";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.js";
import { totalVariation } from "./total-variation.js";

const seed = makeKey(77);
/** `∇ log p` of `N(0, I)`. */
const standardScores = ({ data, shape }: FloatTensor): FloatTensor =>
  tensor(
    data.map((v) => -v),
    shape,
  );
const ofNormal = (x: FloatTensor, key: Key, options: Parameters<typeof kernelSteinDiscrepancy>[1] = {}) =>
  kernelSteinDiscrepancy({ x, scores: standardScores(x), key }, options);

describe("the statistic", () => {
  golden.stein.forEach(({ x, scores, scale, beta, u, v }, i) => {
    it(`agrees with derivatives by SymPy: case ${i}`, () => {
      const found = kernelSteinDiscrepancy({ x: rowsOf(x), scores: rowsOf(scores), key: seed }, { scale, beta });
      expect(found.u).toBeCloseTo(u, 12);
      expect(found.v).toBeCloseTo(v, 12);
      expect(found.scale).toBe(scale);
    });
  });

  it("is |μ|² E k(x, x′) on average for N(μ, I) against N(0, I), so 0 for μ = 0", () => {
    // The scores differ by −μ everywhere. In the plane, by 1/√g = ∫ e^(−tg)/√(πt) dt, E k is (√π/2) e^(c²/4) erfc(c/2).
    for (const [shift, c] of [
      [0, 1],
      [0.8, 1],
      [0.8, 2],
    ] as const) {
      const erfc = 2 * (1 - normalCdf(c / Math.SQRT2));
      const truth = 2 * shift ** 2 * (Math.sqrt(Math.PI) / 2) * Math.exp(c ** 2 / 4) * erfc;
      const values = Array.from({ length: 400 }, (_, r) => {
        const key = fold(seed, r);
        return ofNormal(normalRows(key, [15, 2], shift), key, { scale: c, bootstraps: 0 });
      });
      const u = values.map((k) => k.u);
      expect(expectedMeanErrors("KSD²", u, truth)).toEqual([]);
      // The check finds the statistic with the diagonal in.
      expect(
        expectedMeanErrors(
          "KSD²",
          values.map((k) => k.v),
          truth,
        ),
      ).not.toEqual([]);
      expect(values.every((k) => k.v >= 0 && k.pValue === null)).toBe(true);
    }
  });

  it("takes the median distance for the kernel's scale", () => {
    expect(ofNormal(rowsOf([[0], [1], [3]]), seed, { scale: "median" }).scale).toBe(2);
  });
});

describe("the p-value", () => {
  const REPETITIONS = 200;
  const uniform = (p: number): number => p;

  it("is uniform for draws of the density", () => {
    const p = Array.from({ length: REPETITIONS }, (_, r) => {
      const key = fold(seed, r);
      return ofNormal(normalRows(fold(key, "x"), [100, 2]), key, { bootstraps: 99 }).pValue!;
    });
    // Above 2.5 with chance 7.5e-6; the bootstrap is exact only as the sample grows.
    expect(kolmogorov(p, uniform)).toBeLessThan(2.5);
  });

  it("is small for another mean, another width and another shape", () => {
    const x = (name: string, ...law: [number?, number?]) => normalRows(fold(seed, name), [300, 2], ...law);
    const square = tensor(
      x("c").data.map((v) => Math.sqrt(12) * (normalCdf(v) - 0.5)),
      [300, 2],
    );
    for (const wrong of [x("a", 0.4), x("b", 0, 1.3), x("b", 0, 0.7), square])
      expect(ofNormal(wrong, seed).pValue).toBeLessThanOrEqual(0.01);
  });

  it("is right for draws of a chain when signs change seldom, and far too small when they do not", () => {
    const steps = 300;
    const chain = (key: Key): FloatTensor => {
      const z = normal(key, [steps], "float64").data;
      for (let t = 1; t < steps; t++) z[t] = 0.8 * z[t - 1]! + 0.6 * z[t]!;
      return tensor(z, [steps, 1]);
    };
    const rejected = (flip: number): number =>
      mean(
        Array.from({ length: REPETITIONS }, (_, r) => {
          const key = fold(seed, r);
          return ofNormal(chain(fold(key, "x")), key, { flip, bootstraps: 99 }).pValue! <= 0.05 ? 1 : 0;
        }),
      );
    // Autocorrelation time 1.8/0.2 = 9. 5 % of 200 and 4 deviations of them: false alarm 3e-5.
    expect(rejected(0.5)).toBeGreaterThan(0.05 + 0.062);
    expect(rejected(0.2 / 9)).toBeLessThan(0.05 + 0.062);
  });
});

describe("the blindness to mode weights", () => {
  const n = 400;
  const judge = (second: number, deviation: number, r: number) => {
    const key = fold(seed, r);
    const { x, labels } = twoModeRows(fold(key, "rows"), n, second, deviation);
    const { pValue } = kernelSteinDiscrepancy({ x, scores: twoModeScores(x), key }, { bootstraps: 99 });
    return { key, x, labels, pValue: pValue! };
  };

  it("passes nine tenths of the points in a mode that has half the mass, as if nothing were wrong", () => {
    const p = Array.from({ length: 60 }, (_, r) => judge(0.1, 1, r).pValue);
    // As uniform as those of a true sample: above 2.5 with chance 7.5e-6.
    expect(kolmogorov(p, (v) => v)).toBeLessThan(2.5);
    expect(mean(p)).toBeGreaterThan(0.3);
  });

  it("finds modes that are half again as wide", () => {
    for (let r = 0; r < 5; r++) expect(judge(0.5, 1.5, r).pValue).toBeLessThanOrEqual(0.01);
  });

  it("is not that of a two-sample test, nor of total variation on the modes", () => {
    const { x, labels, key } = judge(0.1, 1, 0);
    const y = twoModeRows(fold(key, "truth"), n, 0.5).x;
    for (const test of [maximumMeanDiscrepancy, energyDistance])
      expect(test({ x, y, key }).pValue).toBeLessThanOrEqual(0.01);
    const { value, expectedNoise } = totalVariation({ p: [0.5, 0.5], q: labelFrequencies(labels, 2) }, { draws: n });
    expect(value).toBeGreaterThan(10 * expectedNoise!);
  });
});

describe("what it refuses", () => {
  const x = rowsOf([
    [0, 1],
    [2, 3],
  ]);
  const ask = (given: { x?: FloatTensor; scores?: FloatTensor }) =>
    kernelSteinDiscrepancy({ x, scores: x, key: seed, ...given });
  it("is another shape of scores, too few points, and numbers that are none", () => {
    expect(() => ask({ scores: rowsOf([[0], [1]]) })).toThrow(ShapeError);
    expect(() => ask({ scores: tensor(new Float64Array(4), [4, 1]) })).toThrow(/scores \(4, 1\) for points \(2, 2\)/);
    expect(() => ask({ scores: tensor(new Float64Array(4)) })).toThrow(/expected scores of shape \(n, d\)/);
    expect(() => ask({ x: rowsOf([[0, 1]]), scores: rowsOf([[0, 1]]) })).toThrow(InputError);
    const spoilt = rowsOf([
      [0, 1],
      [Number.NaN, 3],
    ]);
    expect(() => ask({ scores: spoilt })).toThrow(NumericError);
    expect(() => ask({ scores: spoilt })).toThrow(/row 1, column 0 \(from 0\) of scores is NaN/);
    expect(() => ask({ x: spoilt })).toThrow(/of x is NaN/);
  });

  it("is an option out of bounds", () => {
    for (const options of [{ scale: 0 }, { beta: 0 }, { beta: -1 }, { flip: 0.6 }, { bootstraps: 1.5 }])
      expect(() => ofNormal(x, seed, options)).toThrow(InputError);
  });
});

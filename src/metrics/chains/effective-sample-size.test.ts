import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { effectiveSampleSize, essBulk, essMean, essQuantile, essTail } from "./effective-sample-size.js";

/** Stationary AR(1) chains of unit innovations. */
function autoregression(seed: number, chains: number, draws: number, phi: number) {
  const noise = normal(makeKey(seed), [chains, draws], "float64").data;
  const data = Float64Array.from(noise);
  for (let c = 0; c < chains; c++) {
    data[c * draws]! /= Math.sqrt(1 - phi * phi);
    for (let i = 1; i < draws; i++) data[c * draws + i] = phi * data[c * draws + i - 1]! + noise[c * draws + i]!;
  }
  return { shape: [chains, draws] as const, data };
}

describe("effectiveSampleSize", () => {
  for (const chains of golden.chains) {
    // ArviZ calls a constant chain as good as independent draws.
    if (chains.name === "constant") continue;
    it(`agrees with ArviZ: ${chains.name}`, () => {
      const { bulk, tail, mean } = effectiveSampleSize(chains);
      expect(relativeError(bulk, chains.bulk)).toBeLessThan(1e-12);
      // With the middle draws left out none is above the 95 % quantile, and ArviZ counts every draw.
      if (chains.name === "5 draws") expect([chains.tail, tail]).toEqual([16, essQuantile(chains, 0.05)]);
      else expect(relativeError(tail, chains.tail)).toBeLessThan(1e-12);
      expect(relativeError(mean, chains.mean)).toBeLessThan(1e-12);
    });
  }

  it("is N (1 − φ)/(1 + φ) for AR(1), above N when antithetic", () => {
    // Standard deviations of the ratio to the formula, over 200 seeds: 0.078, 0.044, 0.021. At 4.5 of them the three
    // together raise a false alarm below once in 10⁴.
    const size = 4 * 5000;
    expect(Math.abs((essMean(autoregression(1, 4, 5000, 0.9)) * 19) / size - 1)).toBeLessThan(0.35);
    expect(Math.abs(essMean(autoregression(2, 4, 5000, -0.5)) / (3 * size) - 1)).toBeLessThan(0.2);
    expect(Math.abs(essBulk(autoregression(3, 4, 5000, 0)) / size - 1)).toBeLessThan(0.095);
  });

  it("has no answer for a constant, short or broken chain", () => {
    const none = { bulk: Number.NaN, tail: Number.NaN, mean: Number.NaN };
    const constant = golden.chains.find((c) => c.name === "constant")!;
    expect(effectiveSampleSize(constant)).toEqual(none);
    expect(effectiveSampleSize({ shape: [2, 3], data: [1, 2, 3, 4, 5, 7] })).toEqual(none);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(effectiveSampleSize({ shape: [1, 6], data: [1, 2, bad, 4, 5, 7] })).toEqual(none);
    // 0.7 + 0.1 − 0.1 is not 0.7 to the last bit: still a constant.
    expect(essMean({ shape: [1, 4], data: [0.7, 0.7 + 0.1 - 0.1, 0.7, 0.7] })).toBeNaN();
  });

  it("does not call trapped chains informative", () => {
    const stuck = golden.chains.find((c) => c.name === "two stuck chains")!;
    expect(essMean(stuck)).toBeLessThan(5);
  });

  it("survives scale: bulk is invariant under monotone maps, mean under affine ones", () => {
    const x = autoregression(4, 3, 101, 0.5);
    const cubed = { shape: x.shape, data: x.data.map((v) => Math.exp(v)) };
    const tiny = { shape: x.shape, data: x.data.map((v) => 1e-30 * v) };
    expect(essBulk(cubed)).toBeCloseTo(essBulk(x), 9);
    expect(essTail(cubed)).toBeCloseTo(essTail(x), 9);
    expect(essMean(tiny)).toBeCloseTo(essMean(x), 9);
    expect(relativeError(essMean(cubed), essMean(x))).toBeGreaterThan(1e-3);
  });

  it("says nothing by an indicator that never varies, and the same of two values whichever is the larger", () => {
    const spike = { shape: [1, 100] as const, data: Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0)) };
    expect(essQuantile(spike, 0.05)).toBeGreaterThan(0);
    expect(essQuantile({ ...spike, data: spike.data.map((v) => -v) }, 0.95)).toBeNaN();
    // One run of the rarer value, in one of four chains: hardly more than one look at it. Of two values every
    // indicator is the same one, and the rank-normalised draws are a multiple of it.
    for (const rare of [20, 120, 800]) {
      const ones = { shape: [4, 1000] as const, data: Array.from({ length: 4000 }, (_, i) => (i < rare ? 1 : 0)) };
      const zeros = { ...ones, data: ones.data.map((v) => 1 - v) };
      expect(essTail(zeros)).toBeCloseTo(essTail(ones), 9);
      expect(essTail(ones)).toBeCloseTo(essBulk(ones), 9);
      expect(essTail(ones)).toBeLessThan(200);
    }
  });
});

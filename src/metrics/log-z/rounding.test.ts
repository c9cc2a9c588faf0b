import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { normalEstimate, studentEstimate } from "../intervals/interval.js";
import { importance } from "./importance.js";
import { atLeast, roundingOf } from "./rounding.js";

describe("what rounding may move log Z by", () => {
  it("is machine epsilon of the sizes of energies and log-densities, by their weights", () => {
    expect(roundingOf([3, -5], [-10, 2])).toBe(2 ** -23 * 10);
    expect(roundingOf([3, -5], [-10, 2], [0.25, 0.75])).toBeCloseTo(2 ** -23 * 8.5, 20);
    // A point without density has no part in it.
    expect(roundingOf([3, Number.POSITIVE_INFINITY], [-10, -900], [1, 0])).toBe(2 ** -23 * 13);
  });

  it("covers what sums of squares in single precision are off by, of which the spread of the weights says nothing", () => {
    // E = |x|²/2 of draws of N(0, I): every weight is (2π)^{d/2}, and all that differs is rounding.
    for (const d of [3, 50, 800]) {
      const [n, truth] = [200, (d / 2) * Math.log(2 * Math.PI)];
      const x = Float32Array.from(normal(makeKey(d), [n, d]).data);
      const half = Float64Array.from({ length: n }, (_, i) => {
        let s = 0;
        for (let j = 0; j < d; j++) s = Math.fround(s + Math.fround(0.5 * x[i * d + j]! ** 2));
        return s;
      });
      const logProb = half.map((e) => Math.fround(-e - Math.fround(truth)));
      const { logZ } = importance(half.map((e, i) => -e - logProb[i]!));
      const off = Math.abs(logZ.value - truth);
      const rounding = roundingOf(half, logProb);
      expect(off).toBeLessThan(2 * rounding);
      expect(rounding).toBeLessThan(1e-3);
    }
  });

  it("is a floor under an error, and leaves a larger one and one that is not known alone", () => {
    expect(atLeast(normalEstimate(2, 0), 1e-5)).toEqual(normalEstimate(2, 1e-5));
    const wide = studentEstimate(2, 0.1, 4);
    expect(atLeast(wide, 1e-5)).toBe(wide);
    const unknown = normalEstimate(2, Number.NaN);
    expect(atLeast(unknown, 1e-5)).toBe(unknown);
    expect(atLeast(normalEstimate(2, 0), 0).standardError).toBe(0);
  });
});

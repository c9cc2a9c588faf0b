import { describe, expect, it } from "vitest";
import { golden } from "../../../test/support/metrics-golden.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { autocorrelation } from "./autocorrelation.js";
import { meanAutocovariance } from "./autocovariance.js";

describe("meanAutocovariance", () => {
  it("is the sum it stands for, at every lag and at lengths beside powers of two", () => {
    for (const [chains, n] of [
      [1, 1],
      [1, 2],
      [2, 3],
      [3, 7],
      [1, 8],
      [5, 9],
      [4, 33],
    ] as const) {
      const data = Float64Array.from(normal(makeKey(n), [chains, n], "float64").data);
      const direct = new Float64Array(n);
      for (let c = 0; c < chains; c++) {
        const x = data.subarray(c * n, (c + 1) * n);
        const mean = x.reduce((s, v) => s + v, 0) / n;
        for (let t = 0; t < n; t++)
          for (let i = 0; i + t < n; i++) direct[t]! += ((x[i]! - mean) * (x[i + t]! - mean)) / (n * chains);
      }
      const fast = meanAutocovariance({ shape: [chains, n], data });
      for (let t = 0; t < n; t++) expect(fast[t]).toBeCloseTo(direct[t]!, 13);
    }
  });
});

describe("autocorrelation", () => {
  for (const chains of golden.autocorrelations)
    it(`agrees with its definition in NumPy: ${chains.name}`, () => {
      const { values } = autocorrelation(chains, { lags: 20 });
      expect(values).toHaveLength(21);
      chains.autocorrelation.forEach((v, t) => {
        expect(values[t]).toBeCloseTo(v, 12);
      });
    });

  it("is 1 at lag 0 and finds the time (1 + φ)/(1 − φ) of AR(1)", () => {
    const draws = 20_000;
    const noise = normal(makeKey(8), [draws], "float64").data;
    const data = Float64Array.from(noise);
    for (let i = 1; i < draws; i++) data[i] = 0.6 * data[i - 1]! + noise[i]!;
    const { values, time, window } = autocorrelation({ shape: [1, draws], data });
    expect(values[0]).toBe(1);
    // Sokal: sd(τ)/τ = √((4 W + 2)/n) ≈ 0.064 at W = 20; four of those, false alarm 6e-5.
    expect(Math.abs(time / 4 - 1)).toBeLessThan(0.26);
    expect(window).toBeGreaterThanOrEqual(5 * time);
  });

  it("does not decay for chains trapped apart, and says that no window holds it", () => {
    const data = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? -1 : 1) + 0.01 * Math.sin(i * i));
    const { values, window } = autocorrelation({ shape: [2, 100], data });
    expect(values[10]).toBeGreaterThan(0.85);
    expect(window).toBeNull();
  });

  it("is NaN for a constant or a NaN", () => {
    for (const data of [new Float64Array(8).fill(3), Float64Array.of(1, 2, Number.NaN, 4, 5, 6, 7, 8)]) {
      const { values, time } = autocorrelation({ shape: [2, 4], data });
      expect(values.every(Number.isNaN)).toBe(true);
      expect(time).toBeNaN();
    }
  });
});

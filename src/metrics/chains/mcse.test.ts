import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { essMean } from "./effective-sample-size.js";
import { mcse } from "./mcse.js";

/** `null` stands where ArviZ says NaN. */
const errorOf = (...given: Parameters<typeof mcse>): number => mcse(...given).standardError ?? Number.NaN;

describe("mcse", () => {
  for (const chains of golden.chains) {
    // ArviZ takes a constant for independent draws without error.
    if (chains.name === "constant") continue;
    it(`agrees with ArviZ: ${chains.name}`, () => {
      expect(relativeError(errorOf(chains), chains.mcseMean)).toBeLessThan(1e-12);
      expect(relativeError(errorOf(chains, { quantity: "quantile" }), chains.mcseMedian)).toBeLessThan(1e-12);
      const tenth = errorOf(chains, { quantity: "quantile", probability: 0.1 });
      expect(relativeError(tenth, chains.mcseQuantile10)).toBeLessThan(1e-12);
      // The squared deviations of two frozen chains are one constant: ArviZ's error is 0, ours unknown.
      if (chains.name !== "two frozen chains")
        expect(relativeError(errorOf(chains, { quantity: "sd" }), chains.mcseSd)).toBeLessThan(1e-11);
    });
  }

  it("is sd/√ESS, with the mean and its interval", () => {
    const chains = golden.chains[0]!;
    const { value, standardError, interval } = mcse(chains);
    const n = chains.data.length;
    const mean = chains.data.reduce((s, v) => s + v, 0) / n;
    const sd = Math.sqrt(chains.data.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1));
    expect(value).toBeCloseTo(mean, 14);
    expect(standardError).toBeCloseTo(sd / Math.sqrt(essMean(chains)), 14);
    expect(interval![1] - interval![0]).toBeCloseTo(2 * 1.959964 * standardError!, 6);
  });

  it("knows the value but no error of a constant, and nothing of NaN", () => {
    const constant = { shape: [2, 6] as const, data: new Float64Array(12).fill(0.7) };
    for (const quantity of ["mean", "sd", "quantile"] as const) {
      expect(mcse(constant, { quantity })).toMatchObject({ standardError: null, interval: null });
      expect(mcse({ shape: [1, 4], data: [1, 2, Number.NaN, 4] }, { quantity }).value).toBeNaN();
    }
    expect(mcse(constant).value).toBeCloseTo(0.7, 14);
  });
});

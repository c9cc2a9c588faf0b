import { describe, expect, it } from "vitest";
import { normal, uniform } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { studentEstimate } from "../intervals/interval.js";
import { chainWorth } from "./chain-worth.js";
import { essMean } from "./effective-sample-size.js";

/** Autoregressive chains of unit variance and correlation φ, from their law. */
function walks(key: Key, chains: number, draws: number, phi: number) {
  const data = normal(key, [chains, draws], "float64").data;
  for (let i = 0; i < data.length; i++)
    if (i % draws > 0) data[i] = phi * data[i - 1]! + Math.sqrt(1 - phi ** 2) * data[i]!;
  return { shape: [chains, draws] as const, data };
}

/** How often, in 400 repetitions, Student's interval of the mean holds 0. */
function coverage(chains: number, draws: number, phi: number): number {
  let hits = 0;
  for (let r = 0; r < 400; r++) {
    const x = walks(fold(fold(makeKey(91), `${chains} ${draws} ${phi}`), r), chains, draws, phi);
    const { size, degrees } = chainWorth(x);
    const [low, high] = studentEstimate(mean(x.data), Math.sqrt(variance(x.data) / size), degrees).interval!;
    if (low <= 0 && 0 <= high) hits++;
  }
  return hits / 400;
}

describe("what a mean of chains is worth", () => {
  // 95 % of 400: standard deviation 1.1 %, so 92 % to 98 % is ±2.75 of them: false alarm 0.6 % for an exact interval.
  it.each([
    [4, 500, 0.8],
    [4, 60, 0.8],
    [1, 400, 0.8],
    [16, 100, 0.5],
    [64, 10, 0],
    [64, 10, 0.8],
  ])("makes intervals that hold 95 times in 100: %i chains of %i draws, φ = %f", (chains, draws, phi) => {
    expect(coverage(chains, draws, phi)).toBeGreaterThanOrEqual(0.92);
    expect(coverage(chains, draws, phi)).toBeLessThanOrEqual(0.98);
  });

  it("is, for one chain, its effective sample size, known as well as its kurtosis allows", () => {
    const { shape, data } = walks(makeKey(92), 1, 4000, 0.5);
    const rare = { shape, data: data.map((v) => (v > 1 ? 1 : 0)) };
    const p = mean(rare.data);
    expect(chainWorth(rare).size).toBeCloseTo(essMean(rare), 8);
    expect(chainWorth(rare).degrees).toBeCloseTo(essMean(rare) * p * (1 - p), 8);
    // A normal law has kurtosis 3.
    const walk = { shape, data };
    expect(chainWorth(walk).degrees / (essMean(walk) / 6)).toBeCloseTo(1, 0);
  });

  it("counts chains that stay where they began once, few or many, and knows no better", () => {
    const u = uniform(makeKey(93), [64], "float64").data;
    for (const chains of [4, 64]) {
      const data = Float64Array.from({ length: chains * 50 }, (_, i) => u[Math.floor(i / 50)]!);
      const { size, degrees } = chainWorth({ shape: [chains, 50], data });
      expect(size / chains).toBeGreaterThan(0.7);
      expect(size / chains).toBeLessThan(1.1);
      expect(degrees).toBeLessThan(1.1 * chains);
    }
  });

  it("is one draw a chain where nothing varied or hardly anything was drawn", () => {
    const exactly = (size: number) => ({ size, degrees: Number.POSITIVE_INFINITY });
    expect(chainWorth({ shape: [3, 100], data: new Float64Array(300).fill(2) })).toEqual(exactly(3));
    expect(chainWorth(walks(makeKey(94), 100, 3, 0))).toEqual(exactly(100));
    expect(chainWorth(walks(makeKey(94), 8, 9, 0))).toEqual(exactly(8));
  });

  it("bounds what chains in step with one another may claim", () => {
    const { size } = chainWorth({ shape: [40, 10], data: Float64Array.from({ length: 400 }, (_, i) => i % 2) });
    expect(size).toBeCloseTo(400 * Math.log10(400), 8);
  });
});

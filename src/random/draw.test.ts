import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kolmogorov, normalCdf } from "../../test/support/goodness.js";
import type { Tensor } from "../util/tensor.js";
import { type Draw, gumbel, normal, rademacher, uniform } from "./draw.js";
import { fold, makeKey, split } from "./key.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/draws.json", import.meta.url), "utf8"));
const key = makeKey(12345);
const widths = ["float32", "float64"] as const;
const n = 200_000;

const mean = (x: ArrayLike<number>, f = (v: number) => v): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += f(x[i]!);
  return sum / x.length;
};

describe("golden streams", () => {
  it("of uniform are exact", () => {
    expect([...uniform(key, [5]).data]).toEqual(golden.uniform32);
    expect([...uniform(key, [5], "float64").data]).toEqual(golden.uniform64);
  });

  it("of normal are right to the last bit of float32 and to 1e-15 in float64", () => {
    expect([...normal(key, [8]).data]).toEqual(golden.normal32.map(Math.fround));
    normal(key, [8], "float64").data.forEach((z, i) => {
      expect(Math.abs(z / golden.normal64[i] - 1)).toBeLessThan(1e-15);
    });
  });

  it("of rademacher follow the top bit", () => {
    expect([...rademacher(key, [5]).data]).toEqual(golden.words.map((w: number) => (w < 2 ** 31 ? 1 : -1)));
  });
});

describe.each([
  ["uniform", uniform, (u: number) => Math.min(1, Math.max(0, u)), 0.5, 1 / 12],
  ["normal", normal, normalCdf, 0, 1],
  ["gumbel", gumbel, (x: number) => Math.exp(-Math.exp(-x)), 0.5772156649, Math.PI ** 2 / 6],
] as const)("%s", (_, draw, cdf, center, variance) => {
  it.each(widths)("has its law in %s", (dtype) => {
    const x = draw(fold(key, "law"), [n], dtype).data;
    expect(x.every(Number.isFinite)).toBe(true);
    // Kolmogorov above 2.5 has chance 7.5e-6 for a true sample.
    expect(kolmogorov(x, cdf)).toBeLessThan(2.5);
    // Mean within 4.5 standard errors: false-alarm rate 7e-6.
    expect(Math.abs(mean(x) - center)).toBeLessThan(4.5 * Math.sqrt(variance / n));
    // Squares of these laws have a standard deviation below 2.5 variances: 4.5 of them again 7e-6 at most.
    expect(Math.abs(mean(x, (v) => (v - center) ** 2) / variance - 1)).toBeLessThan((4.5 * 2.5) / Math.sqrt(n));
  });

  it("a shifted law fails the same check (negative control)", () => {
    const x = draw(fold(key, "law"), [n], "float64").data;
    expect(kolmogorov(x, (v) => cdf(v - 0.02))).toBeGreaterThan(2.5);
  });
});

describe.each([
  ["uniform", uniform],
  ["normal", normal],
  ["gumbel", gumbel],
  ["rademacher", rademacher],
] as [string, Draw][])("%s", (_, draw) => {
  it.each(widths)("begins a longer draw with the shorter one in %s", (dtype) => {
    const long = draw(key, [4, 25], dtype);
    for (const k of [1, 2, 7, 99]) expect([...draw(key, [k], dtype).data]).toEqual([...long.data.slice(0, k)]);
    expect([long.shape, long.dtype]).toEqual([[4, 25], dtype]);
    expect(draw(key, [0], dtype).data.length).toBe(0);
  });
});

it("stays finite at the extreme words", () => {
  // Seeds found by search: their first words are 46 and 2³² − 74, in the outermost of the 2²³ cells of (0, 1).
  const [low, high] = [makeKey(37_022_968), makeKey(43_287_483)];
  expect([...uniform(low, [1]).data, ...uniform(high, [1]).data]).toEqual([2 ** -24, 1 - 2 ** -24]);
  expect(uniform(high, [1], "float64").data[0]).toBeLessThan(1);
  // Φ⁻¹ and the Gumbel quantile of 46.5 / 2³² and 1 − 73.5 / 2³².
  expect([...normal(low, [1]).data, ...normal(high, [1]).data]).toEqual(
    [-5.5982450833905775, 5.518317299740116].map(Math.fround),
  );
  expect([...gumbel(low, [1]).data, ...gumbel(high, [1]).data]).toEqual(
    [-2.9091530285632388, 17.883424363142932].map(Math.fround),
  );
});

it("rademacher is fair", () => {
  const x = rademacher(fold(key, "sign"), [n]).data;
  expect(x.every((v) => Math.abs(v) === 1)).toBe(true);
  // Mean within 4.5 standard errors: 7e-6.
  expect(Math.abs(mean(x))).toBeLessThan(4.5 / Math.sqrt(n));
});

it("streams of derived keys, and neighbours within a stream, are uncorrelated", () => {
  const correlation = (x: Tensor<Float64Array>, y: Tensor<Float64Array>, lag = 0): number => {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += x.data[i]! * y.data[i + lag]!;
    return sum / Math.sqrt(n - lag);
  };
  const keys = [key, ...split(key, 3), fold(key, 0), fold(key, 1), fold(key, "a"), fold(key, "b")];
  const streams = keys.map((k) => normal(k, [n], "float64"));
  // 28 pairs and 8 × 3 lags, each a standard normal score: any above 5 has chance 52 × 6e-7 = 3e-5.
  for (const [i, x] of streams.entries()) {
    for (const y of streams.slice(i + 1)) expect(Math.abs(correlation(x, y))).toBeLessThan(5);
    for (const lag of [1, 2, 64]) expect(Math.abs(correlation(x, x, lag))).toBeLessThan(5);
  }
  // Negative control: a stream and a noisy copy of it.
  const copy = streams[1]!.data.map((v, i) => 0.03 * streams[0]!.data[i]! + v);
  expect(Math.abs(correlation(streams[0]!, { ...streams[1]!, data: copy }))).toBeGreaterThan(5);
});

import { expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { tensor } from "../../util/tensor.js";
import { startingPoints } from "./starts.js";

const key = makeKey(21);
// Row r is filled with r: a point tells where it came from.
const data = tensor(
  Float32Array.from({ length: 60 }, (_, i) => Math.floor(i / 6)),
  [10, 2, 3],
);

it("takes whole rows of the data, every row with the same chance", () => {
  const n = 20_000;
  const { shape, data: x } = startingPoints(key, "data", n, [2, 3], data);
  expect(shape).toEqual([n, 2, 3]);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < n; i++) {
    const row = x[6 * i]!;
    expect(x.subarray(6 * i, 6 * i + 6).every((v) => v === row)).toBe(true);
    counts[row]!++;
  }
  // χ² with 9 degrees of freedom exceeds 40 with chance 8e-6.
  expect(counts.reduce((s, c) => s + (c - n / 10) ** 2 / (n / 10), 0)).toBeLessThan(40);
});

it("draws standard normal noise, whatever the data", () => {
  const { shape, data: x } = startingPoints(key, "noise", 5000, [2, 3], data);
  expect(shape).toEqual([5000, 2, 3]);
  // 30 000 numbers: 5 standard errors, false alarms about once in 9e5 runs.
  expect(Math.abs(mean(x))).toBeLessThan(5 / Math.sqrt(30_000));
  expect(Math.abs(variance(x) - 1)).toBeLessThan(5 * Math.sqrt(2 / 30_000));
});

it("is uniform in the box of the data, coordinate by coordinate", () => {
  const n = 20_000;
  const rows = tensor(Float32Array.of(-1, 5, 3, 6, 0, 5.5), [3, 2]);
  const { shape, data: x } = startingPoints(key, "uniform", n, [2], rows);
  expect(shape).toEqual([n, 2]);
  for (const [j, low, width] of [
    [0, -1, 4],
    [1, 5, 1],
  ] as const) {
    const u = Array.from({ length: n }, (_, i) => (x[2 * i + j]! - low) / width);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThanOrEqual(1);
    // 5 standard errors: false alarms once in 1.7e6 for each, were the seed not fixed.
    expect(Math.abs(mean(u) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance(u) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  }
});

it("takes discrete points at states that are all alike likely where it is uniform, as for noise", () => {
  const support = { kind: "binary", values: [0, 1] } as const;
  const start = (from: "noise" | "uniform") => numbers(startingPoints(key, from, 50, [6], bits, support));
  const bits = tensor(new Float32Array(6), [1, 6]);
  expect(start("uniform")).toEqual(start("noise"));
  expect(new Set(start("uniform"))).toEqual(new Set([0, 1]));
});

it("begins a longer start with the shorter one, and elsewhere for another key", () => {
  for (const from of ["data", "noise", "uniform"] as const) {
    const long = numbers(startingPoints(key, from, 50, [2, 3], data));
    expect(numbers(startingPoints(key, from, 20, [2, 3], data))).toEqual(long.slice(0, 120));
    expect(numbers(startingPoints(makeKey(22), from, 50, [2, 3], data))).not.toEqual(long);
  }
});

import { describe, expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import type { ColumnData } from "./column.js";
import { affineCoordinates, coordinatesOf } from "./coordinates.js";
import { dequantised, replaced, unitEnergies } from "./dequantise.js";

const described = [
  { name: "k", kind: "whole", mean: 1, scale: 0.8, offset: 0, step: 1, decimals: 0 },
  { name: "c", kind: "category", values: [0, 1, 2], shares: [0.5, 0.3, 0.2] },
] as unknown as readonly ColumnData[];
const coordinates = coordinatesOf(described);

/** A normal law of two coordinates that depend on each other, normalised. */
const energies = async ({ data, shape }: FloatTensor): Promise<Float64Array> =>
  Float64Array.from({ length: shape[0]! }, (_, i) => {
    const [a, b] = [data[2 * i]!, data[2 * i + 1]!];
    const r = 0.6;
    return (a * a - 2 * r * a * b + b * b) / (2 * (1 - r * r)) + Math.log(2 * Math.PI * Math.sqrt(1 - r * r));
  });

const cells = Array.from({ length: 9 }, (_, k) => k - 3).flatMap((k) => [0, 1, 2].map((c) => [k, c]));
const rows = tensor(Float64Array.from(cells.flat()), [cells.length, 2]);

/** Probabilities of all cells under a key. */
async function probabilities(key = makeKey(0)): Promise<Float64Array> {
  const e = await unitEnergies(coordinates, { rows, points: coordinates.encode(rows) }, energies, key);
  return e.map((v) => Math.exp(-v - coordinates.logVolume));
}

describe("the density of rows whose cells stand for intervals", () => {
  it("is a probability: unbiased for each cell, and of sum 1 over all", async () => {
    // The truth by the middle rule over each cell.
    const side = 60;
    const truth = new Float64Array(cells.length);
    for (let a = 0; a < side; a++)
      for (let b = 0; b < side; b++) {
        const u = tensor(Float64Array.from(cells.flatMap(() => [(a + 0.5) / side, (b + 0.5) / side])), [
          cells.length,
          2,
        ]);
        const at = coordinates.encode(rows, u);
        const [e, bend] = [await energies(at), coordinates.bend(rows, at)];
        for (let i = 0; i < truth.length; i++)
          truth[i]! += Math.exp(bend[i]! - e[i]! - coordinates.logVolume) / side ** 2;
      }
    // What lies beyond the cells that are summed has 1.0e-6 of the mass at most.
    expect(truth.reduce((s, v) => s + v)).toBeCloseTo(1, 3);
    const found: Float64Array[] = [];
    for (let s = 0; s < 400; s++) found.push(await probabilities(makeKey(s)));
    for (const [i, p] of truth.entries()) {
      const own = found.map((f) => f[i]!);
      // Five standard errors in each of 27 cells: one false alarm in 60 000, were the seeds not fixed.
      expect(Math.abs(mean(own) - p)).toBeLessThan(5 * Math.sqrt(variance(own) / own.length) + 2e-5);
    }
  });

  it("is the same wherever a row stands and among whichever others", async () => {
    const all = await probabilities();
    const some = [20, 3, 20];
    const taken = tensor(Float64Array.from(some.flatMap((i) => cells[i]!)), [3, 2]);
    const e = await unitEnergies(coordinates, { rows: taken, points: coordinates.encode(taken) }, energies);
    expect(Array.from(e, (v) => Math.exp(-v - coordinates.logVolume))).toEqual(some.map((i) => all[i]));
    // Rows that were points in between come to the same cells, and so to the same densities.
    const points = dequantised(coordinates, taken, makeKey(5));
    const again = await unitEnergies(coordinates, { points }, energies);
    expect(again).toEqual(e);
  });

  it("does not depend on the order of the columns", async () => {
    const turned = coordinatesOf([...described].reverse());
    const swapped = tensor(Float64Array.from(cells.flatMap(([k, c]) => [c!, k!])), rows.shape);
    // The law is the same with its coordinates exchanged.
    const e = await unitEnergies(turned, { rows: swapped, points: turned.encode(swapped) }, energies);
    const p = await probabilities();
    for (const [i, v] of e.entries()) expect(Math.exp(-v - turned.logVolume) / p[i]!).toBeCloseTo(1, 12);
  });

  it("cannot be had by sitting on ties", async () => {
    const one = coordinatesOf(described.slice(0, 1));
    // A law of spikes at whole numbers, equally likely from 0 to 3: at a cell its density is 1000 times as large.
    const spikes = async ({ data }: FloatTensor): Promise<Float64Array> =>
      Float64Array.from(data, (z) => {
        const x = 1 + 0.8 * z;
        const away = x - Math.round(x);
        return Math.round(x) < 0 || Math.round(x) > 3
          ? 1e3
          : 0.5 * (away / 1e-4) ** 2 - Math.log(0.8 / (4 * 1e-4 * 2.5066));
      });
    const at = tensor(Float64Array.of(0, 1, 2, 3), [4, 1]);
    const naive = await spikes(one.encode(at));
    expect(-naive[0]! - one.logVolume).toBeGreaterThan(6);
    const e = await unitEnergies(one, { rows: at, points: one.encode(at) }, spikes);
    for (const v of e) expect(-v - one.logVolume).toBeLessThan(Math.log(0.25) + 0.1);
  });

  it("is the energy itself, bit for bit, where columns are real", async () => {
    const real = affineCoordinates(["a", "b"], { mean: [1, 2], scale: [3, 0.1] });
    const points = tensor(Float32Array.of(0.1, -2, 7, 0.3), [2, 2]);
    const own = await energies(points);
    expect(await unitEnergies(real, { points }, energies)).toEqual(own);
    expect(replaced(real, points, makeKey(1))).toBe(points);
  });

  it("is 0 of a cell that no row can have", async () => {
    const off = tensor(Float64Array.of(1, 7), [1, 2]);
    const e = await unitEnergies(coordinates, { rows: off, points: coordinates.encode(off) }, energies);
    expect(e[0]).toBe(Number.POSITIVE_INFINITY);
  });
});

it("places are uniform over the intervals, and others at every step", () => {
  const n = 4000;
  const same = tensor(new Float64Array(2 * n).fill(1), [n, 2]);
  const [low, high] = coordinates.columns[0]!.interval!(1);
  const key = fold(makeKey(3), "places");
  const points = dequantised(coordinates, same, key);
  const u = Float64Array.from({ length: n }, (_, i) => (points.data[2 * i]! - low) / (high - low));
  // Four standard errors of the mean and of the variance of uniform numbers: one false alarm in 8000.
  expect(Math.abs(mean(u) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
  expect(Math.abs(variance(u) - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  const moved = replaced(coordinates, points, fold(key, 1));
  expect(coordinates.decode(moved)).toEqual(coordinates.decode(points));
  expect(moved.data[0]).not.toBe(points.data[0]);
  expect(uniform(key, [1], "float64").data[0]).toBeCloseTo(u[0]!, 12);
});

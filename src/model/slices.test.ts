import { describe, expect, it } from "vitest";
import { trainedNormal } from "../../test/support/trained-normal.js";
import type { ColumnData } from "../data/columns/column.js";
import { coordinatesOf } from "../data/columns/coordinates.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import type { TrainedParts } from "./parts.js";
import { type ColumnSlice, slicesOf } from "./slices.js";

const cdf = (z: number): number => {
  // Φ by its series, exact to a double for |z| < 6.
  let [sum, term] = [z, z];
  for (let k = 1; k < 200; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
};
const shares = [0.05, 0.6, 0.05, 0.3];
const described = [
  { name: "size", kind: "positive", mean: 4, scale: 0.5 },
  { name: "kind", kind: "category", values: [0, 1, 2, 3], shares, texts: ["a", "b", "c", "d"] },
  { name: "rooms", kind: "whole", mean: 4.2, scale: 1.5, offset: 0, step: 1 },
  { name: "fine", kind: "whole", mean: 50, scale: 4, offset: 0, step: 0.01 },
  { name: "same", kind: "constant", value: 7 },
] as unknown as ColumnData[];
const coordinates = coordinatesOf(described);
const parts = {
  model: { energy: undefined },
  data: { coordinates, seen: { train: normal(makeKey(1), [500, 4]) } },
} as unknown as TrainedParts;
/** Standard normal coordinates, of which a share of the first is in the third. */
const mixed =
  (rho: number) =>
  async ({ data, shape }: FloatTensor): Promise<Float64Array> =>
    Float64Array.from({ length: shape[0]! }, (_, i) => {
      const [a, b, c, d] = data.subarray(4 * i, 4 * i + 4);
      return (a! ** 2 - 2 * rho * a! * c! + c! ** 2) / (2 * (1 - rho ** 2)) + (b! ** 2 + d! ** 2) / 2;
    });
const row = tensor(Float64Array.of(60, 1, 4, 51.23, 7), [1, 5]);
const integral = ({ values, logDensity }: ColumnSlice): number => {
  let sum = 0;
  for (let i = 0; i + 1 < values.length; i++)
    sum += (values[i + 1]! - values[i]!) * ((Math.exp(logDensity[i]!) + Math.exp(logDensity[i + 1]!)) / 2);
  return sum;
};

describe("slices of a row", () => {
  it("are the laws of columns of every kind, in the units of the data", async () => {
    const [size, kind, rooms, fine, ...none] = await slicesOf(parts, row, mixed(0));
    expect(none).toEqual([]);
    expect([size, kind, rooms, fine].map((one) => [one!.column, one!.cells])).toEqual([
      ["size", false],
      ["kind", true],
      ["rooms", true],
      ["fine", false],
    ]);
    // A log-normal.
    for (const [i, x] of size!.values.entries())
      if (Math.abs(Math.log(x) - 4) < 1.5)
        expect(size!.logDensity[i]).toBeCloseTo(
          -(((Math.log(x) - 4) / 0.5) ** 2) / 2 - Math.log(x * 0.5 * Math.sqrt(2 * Math.PI)),
          2,
        );
    // Of a standard normal coordinate a category has its share.
    expect([...kind!.values]).toEqual([0, 1, 2, 3]);
    for (const [k, share] of shares.entries()) expect(Math.exp(kind!.logDensity[k]!)).toBeCloseTo(share, 3);
    for (const [i, v] of rooms!.values.entries())
      if (Math.abs(v - 4.2) < 6)
        expect(Math.exp(rooms!.logDensity[i]!)).toBeCloseTo(cdf((v + 0.5 - 4.2) / 1.5) - cdf((v - 0.5 - 4.2) / 1.5), 3);
    expect(integral(size!)).toBeCloseTo(1, 2);
    expect(integral(fine!)).toBeCloseTo(1, 2);
  });

  it("are given the other cells", async () => {
    const [size] = await slicesOf(parts, row, mixed(0.9));
    const z = (4 - 4.2) / 1.5;
    const mean = size!.values.reduce((sum, x, i) => {
      const width = ((size!.values[i + 1] ?? x) - (size!.values[i - 1] ?? x)) / 2;
      return sum + width * Math.exp(size!.logDensity[i]!) * Math.log(x);
    }, 0);
    expect(mean).toBeCloseTo(4 + 0.5 * 0.9 * z, 1);
  });

  it("are told by a model, near its own densities, one row at a time", async () => {
    const model = trainedNormal([0, 100], [2, 50]);
    const [a] = await model.slices([[1, 150]]);
    const at = a!.values.findIndex((v) => v > 1);
    const x = a!.values[at]!;
    expect(a!.logDensity[at]).toBeCloseTo(-((x / 2) ** 2) / 2 - Math.log(2 * Math.sqrt(2 * Math.PI)), 2);
    await expect(
      model.slices([
        [0, 1],
        [1, 2],
      ]),
    ).rejects.toThrow("slices: expected one row, got 2");
  });

  it("reach a cell far from all that is known", async () => {
    const [size] = await slicesOf(parts, tensor(Float64Array.of(1e6, 1, 4, 51.23, 7), [1, 5]), mixed(0));
    expect(size!.values.at(-1)).toBeGreaterThan(1e6);
    expect(integral(size!)).toBeCloseTo(1, 1);
  });

  it("are as few for a whole number far from all that is known, between which and the data are too many cells", async () => {
    const [, , rooms] = await slicesOf(parts, tensor(Float64Array.of(60, 1, 1e9, 51.23, 7), [1, 5]), mixed(0));
    expect(rooms!.cells).toBe(false);
    expect(rooms!.values.length).toBeLessThan(1000);
    expect(rooms!.values.at(-1)).toBeGreaterThan(1e9);
  });
});

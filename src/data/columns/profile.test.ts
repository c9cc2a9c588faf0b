import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { distinctOf, latticeOf } from "./lattice.js";
import { kindOfCells, profileOf } from "./profile.js";

const z = normal(makeKey(7), [20_000], "float64").data;
const rounded = (n: number, deviation: number, decimals: number): Float64Array =>
  z.slice(0, n).map((v) => Number((50 + deviation * v).toFixed(decimals)));

describe("a lattice", () => {
  it.each([
    [[4.3, 5.1, 7.9, 5.8], 0.1],
    [[2700, 3750, 3800, 6300], 50],
    [[-1, 1], 2],
    [[1e-7, 3e-7, 4e-7], 1e-7],
    [[12, 12.5, 14], 0.5],
  ])("of %j has steps of %d", (values, step) => {
    expect(latticeOf(distinctOf(values))!.step).toBeCloseTo(step, 12);
  });

  it("is found in numbers that were computed from whole ones, and comes back", () => {
    const ages = Float64Array.from({ length: 60 }, (_, k) => (19 + k - 48.5) / 274.9123);
    const lattice = latticeOf(ages)!;
    expect(lattice.step).toBeCloseTo(1 / 274.9123, 12);
    expect(lattice.decimals).toBeUndefined();
  });

  it("is not found in numbers that have none", () => {
    expect(latticeOf(distinctOf(z.slice(0, 200)))).toBeUndefined();
    expect(latticeOf(Float64Array.of(0, 1, Math.SQRT2, Math.PI))).toBeUndefined();
  });
});

describe("the kind of a column", () => {
  const zeros = Float64Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 0 : Number(Math.exp(z[i]!).toFixed(2))));
  it.each([
    ["normal numbers", z.slice(0, 500), "real"],
    ["tenths, as flowers are measured", rounded(150, 0.8, 1), "whole"],
    ["whole numbers from 0 to 16", rounded(500, 5, 0), "whole"],
    ["thousandths of a deviation, of many rows", rounded(20_000, 1, 4), "real"],
    ["grams of a few rows", rounded(60, 800, 0), "real"],
    ["0, 1, 2", Float64Array.from({ length: 90 }, (_, i) => i % 3), "whole"],
    ["bits", Float64Array.from({ length: 90 }, (_, i) => i % 2), "boolean"],
    ["one value", new Float64Array(9).fill(4), "constant"],
    ["rain: often none, else amounts", zeros, "whole"],
    ["numbers that go up", Float64Array.from({ length: 90 }, (_, i) => i), "real"],
    ["ties on no lattice", Float64Array.from({ length: 900 }, (_, i) => z[i % 300]!), "real"],
    ["missing cells beside", Float64Array.from({ length: 90 }, (_, i) => (i % 4 === 0 ? Number.NaN : i % 3)), "whole"],
  ])("%s", (_, cells, kind) => {
    expect([profileOf(cells).kind, kindOfCells(cells)]).toEqual([kind, kind]);
  });

  it("does not depend on the order of the rows, however many they are", () => {
    const many = Float64Array.from({ length: 100_000 }, (_, i) => Number((3 * z[i % 20_000]!).toFixed(2)));
    expect([kindOfCells(many), kindOfCells(many.slice().sort())]).toEqual(["whole", "whole"]);
    const long = Float64Array.from({ length: 100_000 }, (_, i) => z[i % 20_000]! + 1e-3 * i);
    expect([kindOfCells(long), kindOfCells(long.slice().sort())]).toEqual(["real", "real"]);
  });

  it("of text is a category, or constant", () => {
    expect(profileOf(Float64Array.of(0, 1, 0), true).kind).toBe("category");
    expect(profileOf(Float64Array.of(0, 0, 0), true).kind).toBe("constant");
  });

  it("comes with what there is to know", () => {
    const found = profileOf(Float64Array.of(...new Array(30).fill(2), ...z.slice(0, 70), Number.NaN, 1e6));
    expect(found).toMatchObject({ rows: 102, missing: 1, distinct: 72, high: 1e6, outliers: 1 });
    expect(found.farthest).toEqual([{ row: 101, value: 1e6 }]);
    expect(found.atoms).toEqual([{ value: 2, rows: 30 }]);
  });
});

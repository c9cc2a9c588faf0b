import { describe, expect, it } from "vitest";
import type { Slice } from "../engine/questions/answers.js";
import { curveOf, densityAt, rowsOfSlice, shownRange } from "./slice-shape.js";

const values = Float64Array.from({ length: 401 }, (_, i) => -20 + i / 10);
const normal: Slice = {
  ...{ column: "a", values, logDensity: values.map((v) => -(v ** 2) / 2 - 0.9189385), cells: false },
  ...{ texts: [], own: 0, text: "0" },
};
const cells: Slice = {
  ...normal,
  ...{
    values: Float64Array.of(0, 1, 2),
    logDensity: Float64Array.of(0.2, 0.5, 0.3).map(Math.log),
    cells: true,
    own: 1,
  },
};

describe("a slice as a picture", () => {
  it("shows where the mass is, and the row wherever that is", () => {
    const [low, high] = shownRange(normal);
    expect(low).toBeLessThan(-3.5);
    expect(low).toBeGreaterThan(-5);
    expect(high).toBeCloseTo(-low, 0);
    expect(shownRange({ ...normal, own: 15 })[1]).toBeGreaterThan(15);
    expect(shownRange(cells)).toEqual([-0.5, 2.5]);
  });

  it("has its highest point at the top", () => {
    const curve = curveOf(normal, [-4, 4]);
    expect(Math.max(...curve.map(([, y]) => y))).toBe(1);
    expect(curve.find(([, y]) => y === 1)![0]).toBeCloseTo(0.5, 6);
  });

  it("is read between its values, and at the nearest cell", () => {
    expect(densityAt(normal, 0.05)).toBeCloseTo(Math.exp(-0.9189385), 2);
    expect(densityAt(normal, 99)).toBe(0);
    expect(densityAt(cells, 1.2)).toBeCloseTo(0.5, 12);
    expect(rowsOfSlice(cells, [-0.5, 2.5]).map(({ density }) => density)).toEqual([
      expect.closeTo(0.2),
      expect.closeTo(0.5),
      expect.closeTo(0.3),
    ]);
    expect(rowsOfSlice(normal, [-4, 4])).toHaveLength(9);
  });
});

import { describe, expect, it } from "vitest";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { edgeMass, type Grid2d, grid2d, gridLogZ } from "./grid.js";
import { gridKl, gridTotalVariation } from "./grid-compare.js";
import { gridModeWeights } from "./grid-mode-weights.js";
import { lineDensity } from "./line-density.js";

const on = (grid: Grid2d, f: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: grid.side ** 2 }, (_, k) => f(grid.points.data[2 * k]!, grid.points.data[2 * k + 1]!));
const gaussian = (mx: number, my: number, s: number) => (x: number, y: number) =>
  -((x - mx) ** 2 + (y - my) ** 2) / (2 * s * s);

const grid = grid2d(
  [
    [-9, 9],
    [-8, 10],
  ],
  180,
);
const p = on(grid, gaussian(0, 1, 1));
const q = on(grid, gaussian(0.5, 1.5, 1.25));

describe("grid2d", () => {
  it("puts points at cell centres, x slowest", () => {
    const small = grid2d(
      [
        [0, 2],
        [10, 14],
      ],
      2,
    );
    expect(small.points.shape).toEqual([4, 2]);
    expect([...small.points.data]).toEqual([0.5, 11, 0.5, 13, 1.5, 11, 1.5, 13]);
    expect(small.cell).toBe(2);
  });

  it("refuses an empty box", () => {
    expect(() =>
      grid2d(
        [
          [0, 0],
          [0, 1],
        ],
        3,
      ),
    ).toThrow(InputError);
    expect(() =>
      grid2d(
        [
          [0, 1],
          [0, Number.POSITIVE_INFINITY],
        ],
        3,
      ),
    ).toThrow(/axis 1/);
    expect(() =>
      grid2d(
        [
          [0, 1],
          [0, 1],
        ],
        0,
      ),
    ).toThrow(InputError);
  });
});

describe("gridLogZ", () => {
  it("is log 2πσ² for a Gaussian, and log of the area for a constant", () => {
    expect(gridLogZ({ grid, logP: p })).toBeCloseTo(Math.log(2 * Math.PI), 12);
    expect(gridLogZ({ grid, logP: q.map((v) => v - 2000) }) + 2000).toBeCloseTo(Math.log(2 * Math.PI * 1.25 ** 2), 8);
    expect(gridLogZ({ grid, logP: new Float64Array(180 ** 2) })).toBeCloseTo(Math.log(18 * 18), 12);
  });

  it("counts -Infinity as nothing and refuses NaN and an empty density", () => {
    const half = on(grid, (x) => (x < 0 ? Number.NEGATIVE_INFINITY : 0));
    expect(gridLogZ({ grid, logP: half })).toBeCloseTo(Math.log(9 * 18), 12);
    expect(() => gridLogZ({ grid, logP: p.map((v, k) => (k === 5 ? Number.NaN : v)) })).toThrow(NumericError);
    expect(() => gridLogZ({ grid, logP: p.map(() => Number.NEGATIVE_INFINITY) })).toThrow(/choose another box/);
    expect(() => gridLogZ({ grid, logP: [1] })).toThrow(ShapeError);
  });
});

describe("gridKl and gridTotalVariation", () => {
  it("agree with the closed forms of Gaussians", () => {
    const kl = Math.log(1.25 ** 2) + (1 + 0.25) / 1.25 ** 2 - 1;
    expect(gridKl({ grid, logP: p, logQ: q })).toBeCloseTo(kl, 9);
    // TV of N(0, I) and N((a, 0), I) is 2 Φ(a/2) − 1; at a = 2 that is 0.6826895.
    const shifted = on(grid, gaussian(2, 1, 1));
    expect(gridTotalVariation({ grid, logP: p, logQ: shifted })).toBeCloseTo(0.682689492137, 3);
  });

  it("are zero at equality, whatever the constants", () => {
    const same = p.map((v) => v + 700);
    expect(gridKl({ grid, logP: p, logQ: same })).toBeCloseTo(0, 12);
    expect(gridTotalVariation({ grid, logP: p, logQ: same })).toBeCloseTo(0, 12);
  });

  it("are infinite and 1 where Q has nothing of P", () => {
    const left = on(grid, (x) => (x < 0 ? 0 : Number.NEGATIVE_INFINITY));
    const right = on(grid, (x) => (x < 0 ? Number.NEGATIVE_INFINITY : 0));
    expect(gridKl({ grid, logP: left, logQ: right })).toBe(Number.POSITIVE_INFINITY);
    expect(gridTotalVariation({ grid, logP: left, logQ: right })).toBeCloseTo(1, 12);
    const all = new Float64Array(180 ** 2);
    expect(gridKl({ grid, logP: left, logQ: all })).toBeCloseTo(Math.log(2), 12);
  });

  it("name the density that is broken", () => {
    expect(() => gridKl({ grid, logP: p, logQ: q.map(() => Number.NaN) })).toThrow(/Q: log-density 0/);
  });
});

describe("edgeMass", () => {
  it("is the frame's share of the area, and shows a box too small", () => {
    const flat = new Float64Array(180 ** 2);
    expect(edgeMass({ grid, logP: flat })).toBeCloseTo(1 - 0.9 ** 2, 12);
    expect(edgeMass({ grid, logP: flat }, { fraction: 0.25 })).toBeCloseTo(0.75, 12);
    expect(edgeMass({ grid, logP: p })).toBeLessThan(1e-14);
    expect(edgeMass({ grid, logP: on(grid, gaussian(8, 1, 1)) })).toBeGreaterThan(0.3);
  });
});

describe("gridModeWeights", () => {
  it("sums each mode and what lies in none", () => {
    const mixture = on(grid, (x, y) => {
      const a = 0.3 * Math.exp(gaussian(-4, 1, 1)(x, y));
      return Math.log(a + 0.7 * Math.exp(gaussian(4, 1, 1)(x, y)));
    });
    const labels = on(grid, (x) => (x < 0 ? 0 : 1));
    const { weights, outside } = gridModeWeights({ grid, logP: mixture, labels }, { modes: 3 });
    // Φ(−4) = 3.2e-5 of each lies on the other's side.
    // The midpoint rule on half the plane errs by h² p′(0)/24 = 9e-8.
    expect(weights[0]).toBeCloseTo(0.3 + 0.4 * 3.16712e-5, 6);
    expect(weights[2]).toBe(0);
    expect(outside).toBe(0);
    const left = gridModeWeights({ grid, logP: mixture, labels: labels.map((k) => -k) }, { modes: 1 });
    expect(left.outside).toBeCloseTo(weights[1]!, 12);
    expect(() => gridModeWeights({ grid, logP: mixture, labels: [0] }, { modes: 1 })).toThrow(ShapeError);
  });
});

describe("lineDensity", () => {
  it("integrates to 1 by the trapezoid rule and keeps the ratios", () => {
    const s = Float64Array.of(0, 1, 3, 4);
    const d = lineDensity(s, [Math.log(2), Math.log(1), Math.log(4), Number.NEGATIVE_INFINITY]);
    // Area 1.5 + 5 + 2.
    expect([...d].map((v) => v * 8.5)).toEqual([2, 1, 4, 0].map((v) => expect.closeTo(v, 12)));
    expect(lineDensity(s, [-5000, -5001, -5002, -5003]).every(Number.isFinite)).toBe(true);
  });

  it("refuses places that do not increase, and NaN", () => {
    expect(() => lineDensity([0, 0], [1, 1])).toThrow(/place 1/);
    expect(() => lineDensity([0], [1])).toThrow(InputError);
    expect(() => lineDensity([0, 1], [1])).toThrow(ShapeError);
    expect(() => lineDensity([0, 1], [1, Number.NaN])).toThrow(NumericError);
  });
});

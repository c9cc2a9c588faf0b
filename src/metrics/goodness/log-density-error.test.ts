import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { ShapeError } from "../../util/errors.js";
import { grid2d } from "./grid.js";
import { gridLogDensityError, logDensityError } from "./log-density-error.js";

/** log N(x; m·1, I) of 2-D rows. */
const gaussian = (rows: Float64Array, m: number): Float64Array =>
  Float64Array.from({ length: rows.length / 2 }, (_, i) => {
    const [x, y] = [rows[2 * i]! - m, rows[2 * i + 1]! - m];
    return -(x * x + y * y) / 2 - Math.log(2 * Math.PI);
  });

const n = 20_000;
const xi = normal(makeKey(11), [n, 2], "float64").data;
// Φ⁻¹(3/4)², the median of a chi-square with one degree of freedom.
const CHI_SQUARE = 0.4549364231195727;

describe("logDensityError", () => {
  const c = 0.6;
  // log p_θ = log p* + c·x − |c|²/2 is that of N(c, I): over points of law N(c/2, I) the error is N(0, |c|²), |c|² = 2c².
  const points = xi.map((v) => v + c / 2);
  const truth = gaussian(points, 0);
  const exact = 2 * c * c * CHI_SQUARE;

  it("is the median of a scaled chi-square where the error is normal", () => {
    const { value, standardError, interval } = logDensityError({ logDensity: gaussian(points, c), truth });
    // The seed is fixed; an interval leaves the truth out one time in 20.
    expect(interval![0]).toBeLessThan(exact);
    expect(interval![1]).toBeGreaterThan(exact);
    expect(value).toBeGreaterThan(interval![0]);
    // 1/(2 f √n), f the density of |c|² χ² at its median: φ(√m)/√m, over |c|².
    const root = Math.sqrt(CHI_SQUARE);
    const density = Math.exp(-CHI_SQUARE / 2) / Math.sqrt(2 * Math.PI) / root / (2 * c * c);
    expect(standardError! / (1 / (2 * density * Math.sqrt(n)))).toBeCloseTo(1, 1);
  });

  it("fails where log Z is off by 0.3, which it is there to see (negative control)", () => {
    const logDensity = gaussian(points, c).map((v) => v + 0.3);
    expect(logDensityError({ logDensity, truth }).interval![0]).toBeGreaterThan(exact);
  });

  it("is zero at equality, blind to less than half the points, and infinite where more have density 0", () => {
    expect(logDensityError({ logDensity: truth, truth })).toEqual({ value: 0, standardError: 0, interval: [0, 0] });
    const missed = (share: number) => truth.map((v, i) => (i < share * n ? Number.NEGATIVE_INFINITY : v));
    expect(logDensityError({ logDensity: missed(0.4), truth }).value).toBe(0);
    expect(logDensityError({ logDensity: missed(0.6), truth })).toEqual({
      value: Number.POSITIVE_INFINITY,
      standardError: null,
      interval: null,
    });
    expect(() => logDensityError({ logDensity: [0], truth: [0, 1] })).toThrow(ShapeError);
  });
});

describe("gridLogDensityError", () => {
  const square = grid2d(
    [
      [-1, 1],
      [-1, 1],
    ],
    200,
  );
  const flat = new Float64Array(200 ** 2);

  it("is c²/4 for the uniform density tilted by c·x", () => {
    for (const c of [0.5, 2]) {
      // The error is c u − log(sinh(c)/c), u uniform on [−1, 1]: half of it lies within c/2 of its middle.
      const logQ = flat.map((_, k) => c * square.points.data[2 * k]! + 7);
      expect(Math.abs(gridLogDensityError({ grid: square, logP: flat, logQ }) - c ** 2 / 4)).toBeLessThan(c ** 2 / 100);
    }
  });

  it("agrees with the median over draws of P, and not with that over draws of Q (negative control)", () => {
    const wide = grid2d(
      [
        [-7, 8],
        [-7, 8],
      ],
      400,
    );
    const [logP, logQ] = [gaussian(wide.points.data, 0), gaussian(wide.points.data, 1)];
    const onGrid = gridLogDensityError({ grid: wide, logP: logP.map((v) => v + 3), logQ: logQ.map((v) => v - 5) });
    const over = (points: Float64Array) =>
      logDensityError({ logDensity: gaussian(points, 1), truth: gaussian(points, 0) });
    const [low, high] = over(xi).interval!;
    expect(onGrid).toBeGreaterThan(low);
    expect(onGrid).toBeLessThan(high);
    const [, elsewhere] = over(xi.map((v) => v + 0.5)).interval!;
    expect(elsewhere).toBeLessThan(onGrid);
  });

  it("asks nothing of cells where P has no mass, and everything where Q has none", () => {
    const left = flat.map((_, k) => (square.points.data[2 * k]! < 0 ? 0 : Number.NEGATIVE_INFINITY));
    expect(gridLogDensityError({ grid: square, logP: left, logQ: left })).toBe(0);
    const right = flat.map((_, k) => (square.points.data[2 * k]! < 0 ? Number.NEGATIVE_INFINITY : 0));
    expect(gridLogDensityError({ grid: square, logP: left, logQ: right })).toBe(Number.POSITIVE_INFINITY);
  });
});

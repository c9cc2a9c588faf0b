import { describe, expect, it } from "vitest";
import { normal, uniform } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { mean } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { fitKernelDensity } from "./fit-kernel-density.js";
import { moons } from "./moons.js";

const rowsOf = (d: number, data: ArrayLike<number>) => tensor(Float64Array.from(data), [data.length / d, d]);
const gaussian = (key: number, n: number, d: number) => normal(makeKey(key), [n, d], "float64");

describe("fitKernelDensity", () => {
  it("is a density in the units of the rows: it integrates to 1", () => {
    const rows = rowsOf(
      1,
      normal(makeKey(1), [50, 1], "float64").data.map((v) => 1000 + 20 * v),
    );
    const density = fitKernelDensity(rows, { degrees: [4] });
    const [low, step, n] = [-3000, 0.5, 16_001];
    const p = density
      .logDensity(
        rowsOf(
          1,
          Array.from({ length: n }, (_, i) => low + step * i),
        ),
      )
      .map(Math.exp);
    // Beyond four thousand, some hundred widths, lie less than 1e-5 of four degrees of freedom.
    expect(p.reduce((s, v) => s + v, 0) * step).toBeCloseTo(1, 4);
  });

  it("is the sum of kernels that its formula says, and moves with the columns", () => {
    const rows = gaussian(2, 40, 2);
    const { degrees, width, ...density } = fitKernelDensity(rows);
    const x = rowsOf(2, [0.3, -0.2, 40, 1]);
    const scale = [0, 1].map((j) => {
      const column = Array.from({ length: 40 }, (_, i) => rows.data[2 * i + j]!);
      return Math.sqrt(mean(column.map((v) => (v - mean(column)) ** 2)));
    });
    // Two dimensions: Γ(1 + ν/2)/Γ(ν/2) = ν/2.
    const direct = [0, 1].map((row) => {
      const terms = Array.from({ length: 40 }, (_, i) => {
        const q = [0, 1].reduce(
          (s, j) => s + ((x.data[2 * row + j]! - rows.data[2 * i + j]!) / (scale[j]! * width)) ** 2,
          0,
        );
        return (1 + q / degrees) ** (-(degrees + 2) / 2) / (2 * Math.PI);
      });
      return Math.log(mean(terms)) - 2 * Math.log(width) - Math.log(scale[0]! * scale[1]!);
    });
    expect([...density.logDensity(x)]).toEqual(direct.map((v) => expect.closeTo(v, 10)));
    const moved = (given: typeof rows) =>
      rowsOf(
        2,
        given.data.map((v, i) => (i % 2 === 0 ? 5 + 1000 * v : v)),
      );
    const other = fitKernelDensity(moved(rows));
    expect(other.width).toBeCloseTo(width, 8);
    expect(other.logDensity(moved(x))[0]! + Math.log(1000)).toBeCloseTo(direct[0]!, 8);
  });

  it("chooses a width near the best for fresh rows, and heavier tails where some rows lie alone", () => {
    const law = moons();
    const [rows, fresh] = [law.draw(makeKey(3), 300), law.draw(makeKey(4), 500)];
    const own = fitKernelDensity(rows);
    const at = (h: number) =>
      mean(fitKernelDensity(rows, { degrees: [own.degrees], widths: [h, h * 1.001] }).logDensity(fresh));
    const best = Math.max(...[0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5].map(at));
    // The mean of 128 rows left out chooses; 0.05 nats below the best there is would be a width off by a half.
    expect(mean(own.logDensity(fresh))).toBeGreaterThan(best - 0.05);
    const alone = rowsOf(2, [...gaussian(5, 200, 2).data.map((v) => v / 10), 8, 8, -9, 7, 6, -9, 0, 12]);
    expect(fitKernelDensity(alone).degrees).toBeLessThan(4);
  });

  it("does not narrow its kernels to nothing where rows coincide", () => {
    const steps = rowsOf(2, gaussian(6, 600, 2).data.map(Math.round));
    expect(fitKernelDensity(steps).width).toBeGreaterThan(0.1);
  });

  it("has p-values that are uniform on rows like its own, by hundreds of tables of fifteen rows", () => {
    const laws = [
      (key: number, n: number) => gaussian(key, n, 2),
      // Skewed, and on three steps, where ties only make a p-value larger.
      (key: number, n: number) =>
        rowsOf(
          2,
          gaussian(key, n, 2).data.map((v) => Math.exp(1.5 * v)),
        ),
      (key: number, n: number) =>
        rowsOf(
          2,
          uniform(makeKey(key), [n, 2], "float64").data.map((v) => Math.floor(3 * v)),
        ),
    ];
    for (const [which, law] of laws.entries()) {
      const trials = 600;
      const p = Array.from({ length: trials }, (_, t) => {
        const all = law(7000 + 1000 * which + t, 16);
        const density = fitKernelDensity(rowsOf(2, all.data.subarray(0, 30)), { degrees: [2] });
        return density.score(rowsOf(2, all.data.subarray(30))).pValue[0]!;
      });
      for (const k of [1, 2, 4, 8]) {
        const share = p.filter((v) => v <= k / 16 + 1e-9).length / trials;
        const error = Math.sqrt(((k / 16) * (1 - k / 16)) / trials);
        // Four errors, one side of twelve: false once in 2,600. A width and a scale that one row in 16 moves cost 0.02.
        expect(share, `law ${which}, p ≤ ${k}/16`).toBeLessThan(k / 16 + 4 * error + 0.02);
        if (which < 2) expect(share, `law ${which}, p ≤ ${k}/16`).toBeGreaterThan(k / 16 - 4 * error - 0.02);
      }
    }
  });

  it("gives the least p-value to a row far out, and ½ or so to one in the middle", () => {
    const density = fitKernelDensity(gaussian(8, 99, 3));
    const { pValue, logDensity } = density.score(rowsOf(3, [0, 0, 0, 1e8, 0, 0, 20, 20, 20]));
    expect(pValue[0]).toBeGreaterThan(0.5);
    expect([pValue[1], pValue[2]]).toEqual([0.01, 0.01]);
    expect(Number.isFinite(logDensity[1])).toBe(true);
  });

  it("says what it cannot be made of", () => {
    expect(() => fitKernelDensity(rowsOf(1, [1, 2]))).toThrow("2 rows are too few");
    expect(() => fitKernelDensity(rowsOf(2, [1, 2, 1, 3, 1, 4]))).toThrow("column x1 is constant");
    expect(() => fitKernelDensity(gaussian(1, 9, 1), { degrees: [] })).toThrow("expected whole numbers above 0");
    expect(() => fitKernelDensity(gaussian(1, 9, 1)).score(rowsOf(1, [Number.NaN]))).toThrow("row 0 (from 0)");
  });
});

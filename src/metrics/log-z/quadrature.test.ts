import { describe, expect, it } from "vitest";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import type { FloatArray, FloatTensor } from "../../util/tensor.js";
import { type PointFunction, quadrature, type Span } from "./quadrature.js";

/** A function of one point as a function of many. */
const pointwise =
  (f: (x: FloatArray) => number): PointFunction =>
  ({ data, shape: [n, d] }: FloatTensor) =>
    Promise.resolve(Float64Array.from({ length: n! }, (_, i) => f(data.subarray(i * d!, (i + 1) * d!))));

const cube = (d: number, half: number): Span => Array.from({ length: d }, () => [-half, half] as const);
const normalAt = (x: number, mean: number, sd: number): number =>
  Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

describe("quadrature", () => {
  it("is exact to rounding for a Gaussian with correlations, in one to three dimensions", async () => {
    // Precision L Lᵀ with L lower triangular: log Z = d/2 log 2π − log det L.
    const lower = [
      [1.5, 0, 0],
      [0.6, 0.9, 0],
      [-0.8, 0.4, 2],
    ];
    for (const d of [1, 2, 3]) {
      const f = pointwise((x) => {
        let s = 0;
        for (let j = 0; j < d; j++) {
          let along = 0;
          for (let i = j; i < d; i++) along += lower[i]![j]! * (x[i]! - 0.3);
          s += along * along;
        }
        return 7 - s / 2;
      });
      const truth =
        7 + (d / 2) * Math.log(2 * Math.PI) - lower.slice(0, d).reduce((s, row, i) => s + Math.log(row[i]!), 0);
      const { logZ, settled, change, edgeMass } = await quadrature(f, cube(d, 5));
      expect(Math.abs(logZ - truth)).toBeLessThan(1e-9);
      expect(settled).toBe(true);
      expect(change).toBeLessThan(1e-5);
      expect(edgeMass).toBeLessThan(1e-8);
    }
  });

  it("sees both of two unequal modes", async () => {
    const f = pointwise(([x, y]: FloatArray) =>
      Math.log(2 * normalAt(x!, -1, 0.2) * normalAt(y!, -1, 0.2) + normalAt(x!, 1, 0.2) * normalAt(y!, 1, 0.2)),
    );
    expect((await quadrature(f, cube(2, 3))).logZ).toBeCloseTo(Math.log(3), 9);
  });

  it("grows a box that is too small, at the ends where there is mass", async () => {
    const f = pointwise((x) => Math.log(normalAt(x[0]!, 30, 1)) + Math.log(normalAt(x[1]!, 0, 1)));
    const { logZ, box, edgeMass } = await quadrature(f, cube(2, 2));
    expect(Math.abs(logZ)).toBeLessThan(1e-7);
    expect(box[0]![0]).toBe(-2);
    expect(box[0]![1]).toBeGreaterThan(36);
    expect(edgeMass).toBeLessThan(1e-8);
  });

  it("leaves a box alone where there is nothing outside: a density that jumps to zero within it", async () => {
    const f = pointwise(([x]: FloatArray) => (Math.abs(x!) < 1 ? 0 : Number.NEGATIVE_INFINITY));
    const { logZ, box } = await quadrature(f, [[-2, 2]]);
    expect(box).toEqual([[-2, 2]]);
    expect(logZ).toBeCloseTo(Math.log(2), 9);
  });

  it("goes on doubling a kinked density, whose error falls as the squared width, and says how far it is", async () => {
    const f = pointwise((x) => -Math.abs(x[0]! - 0.1234) * 3);
    const truth = Math.log(2 / 3);
    const rough = await quadrature(f, [[-9, 9]], { side: 16, largest: 64 });
    expect(rough).toMatchObject({ settled: false, side: 64 });
    expect(Math.abs(rough.logZ - truth)).toBeLessThan(rough.change);
    expect(rough.change).toBeGreaterThan(1e-3);
    const fine = await quadrature(f, [[-9, 9]]);
    expect(fine.settled).toBe(true);
    expect(Math.abs(fine.logZ - truth)).toBeLessThan(1e-5);
  });

  it("misses a mode narrower than its first cells: the trap it states", async () => {
    const f = pointwise(([x]: FloatArray) => Math.log(normalAt(x!, 0, 1) + normalAt(x!, 3.1, 1e-4)));
    expect((await quadrature(f, [[-10, 10]], { side: 64 })).logZ).toBeCloseTo(0, 6);
    expect((await quadrature(f, [[-10, 10]], { side: 2 ** 20 })).logZ).toBeCloseTo(Math.log(2), 6);
  });

  it("refuses what is no density: flat, or mass that keeps to the edge", async () => {
    await expect(
      quadrature(
        pointwise(() => 1),
        cube(2, 1),
      ),
    ).rejects.toThrow(/stays at the edge of a box/);
    await expect(
      quadrature(
        pointwise((x) => -Math.log1p(x[0]! ** 2) / 2),
        [[-1, 1]],
      ),
    ).rejects.toThrow(NumericError);
  });

  it("names what is wrong with a box, a point, or an answer", async () => {
    const one = pointwise((x) => -(x[0]! ** 2));
    await expect(quadrature(one, cube(4, 1))).rejects.toThrow(/4 dimensions; a grid is for one to three/);
    await expect(quadrature(one, [[1, 1]])).rejects.toThrow(InputError);
    await expect(
      quadrature(
        pointwise((x) => (x[0]! > 0 ? Number.NaN : 0)),
        [[-1, 1]],
      ),
    ).rejects.toThrow(/log-density at \(0\.\d+\) is NaN/);
    await expect(
      quadrature(
        pointwise(() => Number.NEGATIVE_INFINITY),
        [[-1, 1]],
      ),
    ).rejects.toThrow(NumericError);
    await expect(quadrature(() => Promise.resolve([0]), [[-1, 1]])).rejects.toThrow(ShapeError);
  });
});

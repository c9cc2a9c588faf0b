import { describe, expect, it } from "vitest";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { type ColumnRatio, columnRatios, lineOver } from "./column-ratios.js";

const rowsOf = (d: number, ...data: number[]) => tensor(Float64Array.from(data), [data.length / d, d]);
const energy =
  (f: (x: readonly number[]) => number) =>
  async (points: FloatTensor): Promise<Float64Array> => {
    const d = points.shape[1]!;
    return Float64Array.from({ length: points.shape[0]! }, (_, i) =>
      f(Array.from(points.data.subarray(i * d, (i + 1) * d))),
    );
  };
const lines = [0, 1].map(() => lineOver([-3, 3]));

describe("columnRatios", () => {
  // Of correlation 0.8: given the other, N(0.8 z, 0.36).
  const normal = energy(([a, b]) => (a! ** 2 - 1.6 * a! * b! + b! ** 2) / (2 * 0.36));

  it("is the closed form of a Gaussian, whose coordinates are each in range", async () => {
    const [[first, second]] = (await columnRatios(normal, rowsOf(2, 1.5, -1), lines)) as unknown as [
      [ColumnRatio, ColumnRatio],
    ];
    // −(z_j − 0.8 z_i)²/0.72: 2.3 and 2.2 away.
    expect([first.coordinate, second.coordinate]).toEqual([0, 1]);
    expect(first.likeliest).toBeCloseTo(-0.8, 2);
    expect(first.logRatio).toBeCloseTo(-(2.3 ** 2) / 0.72, 4);
    expect(second.logRatio).toBeCloseTo(-(2.2 ** 2) / 0.72, 4);
    expect(first.logDensity).toBeCloseTo(-(2.3 ** 2) / 0.72 - 0.5 * Math.log(2 * Math.PI * 0.36), 2);
    // Two sides beyond 2.3/0.6 deviations: 1.26e-4.
    expect(first.share / 1.265e-4).toBeGreaterThan(0.95);
    expect(first.share / 1.265e-4).toBeLessThan(1.05);
  });

  it("finds the other mode, and a value far beyond all that is known", async () => {
    const modes = energy(
      ([a]) => -Math.log(0.2 * Math.exp(-((a! + 2) ** 2) * 50) + 0.8 * Math.exp(-((a! - 2) ** 2) * 50)),
    );
    const [[low], [far]] = (await columnRatios(modes, rowsOf(1, -2, 40), [lines[0]!])) as unknown as [
      [ColumnRatio],
      [ColumnRatio],
    ];
    expect(low.likeliest).toBeCloseTo(2, 2);
    // And the flanks of the higher mode beyond √(2 log 4) = 1.665 deviations, 9.6 % of 0.8.
    expect([low.logRatio, low.share]).toEqual([expect.closeTo(Math.log(0.25), 3), expect.closeTo(0.2767, 2)]);
    expect(far.logRatio).toBeLessThan(-600);
    expect(far.share).toBe(0);
  });

  it("sums over states where there are no other values", async () => {
    const bits = energy(([a, b]) => -2 * a! * b!);
    const states = [0, 1].map(() => ({ values: Float64Array.of(0, 1), states: true as const }));
    const [ratios] = await columnRatios(bits, rowsOf(2, 1, 0), states);
    // The second bit is 1 with e²/(1 + e²) given the first; the first is either with a half given the second.
    expect(ratios![0]).toMatchObject({ coordinate: 1, likeliest: 1, logRatio: -2 });
    expect(ratios![0]!.share).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
    expect(ratios![1]!.share).toBe(1);
  });

  it("does not depend on the constant of the energy, and blames what has no energy", async () => {
    const point = rowsOf(2, 1.5, -1);
    const moved = async (x: FloatTensor) => (await normal(x)).map((e) => e + 50);
    const [a, b] = [await columnRatios(normal, point, lines), await columnRatios(moved, point, lines)];
    for (const [i, { logRatio, share }] of a[0]!.entries()) {
      expect(b[0]![i]!.logRatio).toBeCloseTo(logRatio, 9);
      expect(b[0]![i]!.share).toBeCloseTo(share, 9);
    }
    const broken = energy(([x]) => (x! > 4 ? Number.NaN : x! ** 2));
    expect((await columnRatios(broken, rowsOf(1, 5), [lines[0]!]))[0]![0]!.logRatio).toBe(Number.NEGATIVE_INFINITY);
  });
});

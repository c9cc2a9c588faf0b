import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../test/support/goodness-golden.js";
import { normalRows } from "../../../test/support/two-samples.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { medianDistance, pairSums, pointsOf, squaredDistances, takeRows } from "./pairwise.js";

const key = makeKey(71);
const points = (rows: readonly (readonly number[])[]) => pointsOf("test", "x", rowsOf(rows));

describe("pointsOf", () => {
  it("copies rows, and refuses what are none", () => {
    const given = rowsOf([[1], [2]]);
    const { data } = pointsOf("test", "x", given);
    data[0] = 9;
    expect(given.data[0]).toBe(1);
    for (const shape of [[4], [2, 2, 1], [4, 0], []])
      expect(() => pointsOf("test", "y", tensor(new Float64Array(shape.reduce((n, k) => n * k, 1)), shape))).toThrow(
        ShapeError,
      );
    expect(() => points([[1, 2]])).toThrow(InputError);
    expect(() => points([[1, 2]])).toThrow("test: rows of x: 1; give at least 2");
    for (const v of [Number.NaN, Number.POSITIVE_INFINITY, -1e151])
      expect(() =>
        points([
          [1, 2],
          [3, v],
        ]),
      ).toThrow(`row 1, column 1 (from 0) of x is ${v}`);
  });
});

describe("distances", () => {
  it("are squared differences, summed, where they are asked for", () => {
    const out = new Float64Array(4).fill(-1);
    squaredDistances(
      points([
        [0, 0],
        [3, 4],
        [1, 1],
        [2, 0],
      ]),
      1,
      2,
      4,
      out,
    );
    expect([...out]).toEqual([-1, -1, 13, 17]);
  });

  it("are of the rows taken", () => {
    expect(
      takeRows(
        points([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        [2, 0, 2],
      ),
    ).toEqual({
      rows: 3,
      columns: 2,
      data: Float64Array.of(5, 6, 1, 2, 5, 6),
    });
  });

  it("have their median, of all pairs or of the pairs of 1000 rows", () => {
    expect(medianDistance("test", points([[0], [1], [3]]), key)).toBe(2);
    expect(medianDistance("test", points([[0], [1], [3], [7]]), key)).toBe(3.5);
    // |x − y| of normals has median √2 · 0.67449. Its standard error over n points is about 0.6/√n: 4 of them at 1000.
    const many = pointsOf("test", "x", normalRows(key, [5000, 1]));
    expect(Math.abs(medianDistance("test", many, key) - 0.95387)).toBeLessThan(0.08);
  });

  it("have no median to scale by where most rows coincide", () => {
    expect(() => medianDistance("test", points([[1], [1], [1], [1], [2]]), key)).toThrow(NumericError);
    expect(medianDistance("test", points([[1], [1], [1], [2]]), key)).toBe(0.5);
  });
});

describe("pairSums", () => {
  it("are the sums over pairs, for sets of any size", () => {
    const n = 7;
    const g = normal(fold(key, "g"), [n, n], "float64").data;
    const h = (i: number, j: number): number => g[Math.min(i, j) * n + Math.max(i, j)]!;
    const sets = [[], [0, 1, 2, 3, 4, 5, 6], [3], [0, 6], [1, 2, 5], [0, 2, 3, 4]];
    const found = pairSums(
      n,
      (i, out) => {
        for (let j = i + 1; j < n; j++) out[j] = h(i, j);
      },
      sets.map((s) => Uint32Array.from(s)),
    );
    sets.forEach((set, b) => {
      const sums = [0, 0, 0];
      for (let i = 0; i < n; i++)
        for (let j = 0; j < i; j++) sums[Number(set.includes(i)) + Number(set.includes(j))]! += h(i, j);
      expect(found[b]!.without).toBeCloseTo(sums[0]!, 12);
      expect(found[b]!.across).toBeCloseTo(sums[1]!, 12);
      expect(found[b]!.within).toBeCloseTo(sums[2]!, 12);
    });
  });
});

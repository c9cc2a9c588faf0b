import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { rankCounts } from "./rank-counts.js";

const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

describe("rank counts", () => {
  it("count every draw once, in each bin as many of all chains together", () => {
    const { data } = normal(makeKey(1), [4, 100]);
    const counts = rankCounts({ shape: [4, 100], data });
    expect(counts.map(sum)).toEqual([100, 100, 100, 100]);
    expect(counts[0]!.map((_, bin) => sum(counts.map((row) => row[bin]!)))).toEqual(new Array(20).fill(20));
  });

  it("show a chain that stands elsewhere, and one that is too narrow", () => {
    const { data } = normal(makeKey(2), [3, 200]);
    const moved = Float64Array.from(data, (v, i) => (i < 200 ? v + 50 : i < 400 ? v / 1000 : v));
    const [high, narrow] = rankCounts({ shape: [3, 200], data: moved }, 6);
    expect(high).toEqual([0, 0, 0, 0, 100, 100]);
    expect(narrow![1]! + narrow![2]!).toBeGreaterThan(180);
  });

  it("share the ranks of ties, and refuse what has none", () => {
    expect(rankCounts({ shape: [2, 4], data: new Float64Array(8) }, 4)).toEqual([
      [0, 0, 4, 0],
      [0, 0, 4, 0],
    ]);
    expect(() => rankCounts({ shape: [1, 1], data: Float64Array.of(Number.NaN) })).toThrow(/NaN/);
    expect(() => rankCounts({ shape: [1, 1], data: Float64Array.of(1) }, 1)).toThrow(/2 bins/);
  });
});

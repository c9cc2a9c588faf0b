import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { mean } from "../../util/moments.js";
import { crossConformalPValues } from "./cross-conformal.js";

/** Distances to the mean of the rows kept. */
const byMean = (x: Float64Array, fresh: Float64Array) => ({
  n: x.length,
  refit(kept: readonly number[], leftOut: readonly number[]) {
    const centre = mean(kept.map((i) => x[i]!));
    return { leftOut: leftOut.map((i) => Math.abs(x[i]! - centre)), fresh: fresh.map((v) => Math.abs(v - centre)) };
  },
});

describe("cross-conformal p-values", () => {
  it("count every row once, scored by a fit without it", async () => {
    const x = Float64Array.of(0, 1, 2, 3);
    const { pValue, slack } = await crossConformalPValues(byMean(x, Float64Array.of(100, 1.5, Number.NaN)), {
      folds: 4,
      key: makeKey(1),
    });
    // Left out, the rows are 2, 2/3, 2/3 and 2 from the mean of the others.
    expect([...pValue]).toEqual([1 / 5, 1, 1 / 5]);
    expect(slack).toBe(0);
  });

  it("are near uniform for rows like the others, within their guarantee", async () => {
    const [n, trials] = [20, 400];
    const p: number[] = [];
    for (let t = 0; t < trials; t++) {
      const x = normal(makeKey(t), [n + 1], "float64").data;
      const { pValue } = await crossConformalPValues(byMean(x.slice(0, n), x.slice(n)), { folds: 5, key: makeKey(t) });
      p.push(pValue[0]!);
    }
    for (const alpha of [0.1, 0.25, 0.5]) {
      const share = p.filter((v) => v <= alpha).length / trials;
      // Four errors: false once in 30,000.
      expect(Math.abs(share - alpha)).toBeLessThan(0.03 + 4 * Math.sqrt((alpha * (1 - alpha)) / trials));
    }
  });

  it("say what they cannot be made of", async () => {
    const rows = byMean(new Float64Array(4), new Float64Array(1));
    await expect(crossConformalPValues(rows, { folds: 5, key: makeKey(1) })).rejects.toThrow("5 parts of 4 rows");
    const short = { n: 4, refit: () => ({ leftOut: [1], fresh: [1] }) };
    await expect(crossConformalPValues(short, { folds: 2, key: makeKey(1) })).rejects.toThrow("expected 2 and 1");
  });
});

import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { mean } from "../../util/moments.js";
import { conformalPValues } from "./conformal.js";
import { outlierShare } from "./outlier-share.js";

/** Shares of tables of 400 rows, some of which lie `shift` away, by 150 rows held out. */
function shares(share: number, shift: number) {
  const [n, m] = [150, 400];
  return Array.from({ length: 200 }, (_, t) => {
    const x = normal(makeKey(1000 * t + 7), [n + m], "float64").data;
    const scores = x.subarray(n).map((v, i) => (i < share * m ? v + shift : v));
    return outlierShare(conformalPValues(x.subarray(0, n), scores), n);
  });
}

describe("the share of outliers", () => {
  it("is at least its lower end, whatever the outliers are like, 95 times in 100", () => {
    for (const [share, shift] of [
      [0, 0],
      [0.1, 1],
      [0.1, 6],
    ] as const) {
      const held = shares(share, shift).filter(({ atLeast }) => atLeast <= share).length;
      // 190 of 200 expected or more; below 179 once in 2,000.
      expect(held, `${share}, ${shift} away`).toBeGreaterThan(178);
    }
  });

  it("is at most its upper end where outliers are far out", () => {
    const held = shares(0.1, 6).filter(({ atMost }) => atMost >= 0.1).length;
    expect(held).toBeGreaterThan(178);
  });

  it("is found where it is there", () => {
    const found = shares(0.1, 6);
    expect(Math.abs(mean(found.map(({ estimate }) => estimate)) - 0.1)).toBeLessThan(0.02);
    expect(mean(found.map(({ atLeast }) => atLeast))).toBeGreaterThan(0.03);
    expect(mean(found.map(({ atMost }) => atMost))).toBeLessThan(0.35);
  });

  it("says nothing of a few rows, and refuses none", () => {
    expect(outlierShare([0.5], 3)).toMatchObject({ atLeast: 0, atMost: 1 });
    expect(outlierShare([0.01], 0.5 + 0.5)).toMatchObject({ atLeast: 0 });
    expect(() => outlierShare([], 9)).toThrow("outlierShare");
    expect(() => outlierShare([Number.NaN], 9)).toThrow("outlierShare");
  });
});

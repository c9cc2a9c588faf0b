import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { rhatByChance } from "./rhat-by-chance.js";
import { splitRhat } from "./split-rhat.js";

describe("rhatByChance", () => {
  it("is exceeded by independent normal draws as often as it says", () => {
    const runs = 2000;
    for (const [chains, draws] of [
      [4, 4],
      [4, 9],
      [16, 10],
    ] as const) {
      const limit = rhatByChance(chains, draws, 0.9);
      const above = Array.from({ length: runs }, (_, r) => {
        const { data } = normal(fold(makeKey(chains * draws), r), [chains * draws], "float64");
        return splitRhat({ shape: [chains, draws], data }, { method: "plain" }) > limit ? 1 : 0;
      }).reduce<number>((s, v) => s + v, 0);
      // A binomial count of 200 ± 13.4: five standard deviations three times, once in 6e5.
      expect(Math.abs(above - 0.1 * runs)).toBeLessThan(5 * Math.sqrt(0.09 * runs));
    }
  });

  it("is far above 1.05 for short chains, below it for long ones, and unknown for fewer than 4 draws", () => {
    expect(rhatByChance(4, 4, 0.999)).toBeGreaterThan(2);
    expect(rhatByChance(100, 4, 0.999)).toBeGreaterThan(1.1);
    expect(rhatByChance(4, 1000, 0.999)).toBeLessThan(1.01);
    expect(rhatByChance(4, 3, 0.999)).toBeNaN();
  });
});

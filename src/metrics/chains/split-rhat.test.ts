import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { splitRhat } from "./split-rhat.js";

describe("splitRhat", () => {
  for (const chains of golden.chains) {
    // ArviZ's plain value of a constant is a ratio of rounding errors.
    if (chains.name === "constant") continue;
    it(`agrees with ArviZ: ${chains.name}`, () => {
      expect(relativeError(splitRhat(chains), chains.rhatRank)).toBeLessThan(1e-12);
      expect(relativeError(splitRhat(chains, { method: "plain" }), chains.rhatSplit)).toBeLessThan(1e-12);
    });
  }

  it("is large for chains that differ in place, in spread, or drift", () => {
    const draws = 100;
    const make = (f: (chain: number, i: number) => number) => ({
      shape: [2, draws] as const,
      data: Array.from({ length: 2 * draws }, (_, k) => f(Math.floor(k / draws), k % draws)),
    });
    const wave = (i: number): number => Math.sin(i * 2.399963);
    expect(splitRhat(make((c, i) => wave(i + 7 * c)))).toBeLessThan(1.01);
    expect(splitRhat(make((c, i) => wave(i) + 2 * c))).toBeGreaterThan(1.3);
    expect(splitRhat(make((c, i) => wave(i) * (1 + 9 * c)))).toBeGreaterThan(1.3);
    expect(splitRhat(make((_, i) => wave(i) + i / 20))).toBeGreaterThan(1.3);
    // Spread is what the plain value cannot see.
    expect(
      splitRhat(
        make((c, i) => wave(i) * (1 + 9 * c)),
        { method: "plain" },
      ),
    ).toBeLessThan(1.05);
  });

  it("is infinite for frozen chains that disagree and has no answer for a constant", () => {
    expect(splitRhat({ shape: [2, 4], data: [1, 1, 1, 1, 2, 2, 2, 2] })).toBe(Number.POSITIVE_INFINITY);
    expect(splitRhat({ shape: [2, 4], data: new Float64Array(8).fill(0.7) })).toBeNaN();
    expect(splitRhat({ shape: [1, 3], data: [1, 2, 3] })).toBeNaN();
  });

  it("refuses an unknown option", () => {
    // @ts-expect-error the option is `method`
    expect(() => splitRhat({ shape: [1, 4], data: [1, 2, 3, 4] }, { methd: "plain" })).toThrow(/methd.*did you mean/);
  });
});

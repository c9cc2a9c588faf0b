import { describe, expect, it } from "vitest";
import { adaptLadder, geometricLadder, whyNoLadder } from "./ladder.js";

describe("geometricLadder", () => {
  it("falls from 1 in equal ratios, and ends in 0", () => {
    const ladder = geometricLadder(5, 0.001);
    expect(ladder[0]).toBe(1);
    expect(ladder[1]).toBeCloseTo(0.1, 12);
    expect(ladder[2]).toBeCloseTo(0.01, 12);
    expect(ladder[3]).toBeCloseTo(0.001, 12);
    expect(ladder[4]).toBe(0);
    expect(geometricLadder(2, 0.001)).toEqual([1, 0]);
    for (const levels of [2, 3, 8]) expect(whyNoLadder(geometricLadder(levels, 0.02))).toBeNull();
  });
});

describe("adaptLadder", () => {
  /** Rejections of levels whose communication barrier from 0 to β is known. */
  const rejections = (betas: readonly number[], barrier: (b: number) => number): number[] =>
    betas.slice(1).map((b, i) => barrier(betas[i]!) - barrier(b));

  it("cuts a linear barrier into equal parts at once", () => {
    const uneven = [1, 0.9, 0.2, 0.1, 0];
    const even = adaptLadder(
      uneven,
      rejections(uneven, (b) => 0.8 * b),
    );
    even.forEach((b, i) => {
      expect(b).toBeCloseTo(1 - i / 4, 12);
    });
  });

  it("comes to equal rejections for a curved barrier when repeated, and stays there", () => {
    const barrier = (b: number): number => 0.9 * Math.sqrt(b);
    let betas = geometricLadder(7, 0.02);
    for (let round = 0; round < 60; round++) betas = adaptLadder(betas, rejections(betas, barrier));
    for (const r of rejections(betas, barrier)) expect(r).toBeCloseTo(0.9 / 6, 6);
    expect([betas[0], betas[6], betas.length]).toEqual([1, 0, 7]);
    expect(whyNoLadder(betas)).toBeNull();
  });

  it("leaves a ladder that is never refused", () => {
    expect(adaptLadder([1, 0.5, 0.1], [0, 0])).toEqual([1, 0.5, 0.1]);
  });

  it("says what is wrong with its arguments", () => {
    expect(() => adaptLadder([1], [])).toThrow("at least two");
    expect(() => adaptLadder([0.9, 0], [0.1])).toThrow("the first is 0.9");
    expect(() => adaptLadder([1, 0.5, 0.5], [0.1, 0.1])).toThrow("0.5 follows 0.5");
    expect(() => adaptLadder([1, -0.5], [0.1])).toThrow("-0.5 follows 1");
    expect(() => adaptLadder([1, 0.5, 0], [0.1])).toThrow("3 levels have 2 pairs, got 1");
    expect(() => adaptLadder([1, 0.5, 0], [0.1, Number.NaN])).toThrow("rejection 1 is NaN");
  });
});

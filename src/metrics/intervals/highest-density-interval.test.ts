import { describe, expect, it } from "vitest";
import { golden } from "../../../test/support/metrics-golden.js";
import { highestDensityInterval } from "./highest-density-interval.js";

const chain = (data: readonly number[]) => ({ shape: [1, data.length] as const, data });

describe("highestDensityInterval", () => {
  for (const chains of golden.chains)
    it(`agrees with ArviZ to the bit: ${chains.name}`, () => {
      expect(highestDensityInterval(chains)).toEqual(chains.hdi94);
      expect(highestDensityInterval(chains, { probability: 0.5 })).toEqual(chains.hdi50);
    });

  it("begins at the peak of a falling density, where quantiles would not", () => {
    // The quantiles of the exponential law at 1000 midpoints: the shortest interval is [0, −log 0.06].
    const x = Array.from({ length: 1000 }, (_, i) => -Math.log(1 - (i + 0.5) / 1000)).reverse();
    const [low, high] = highestDensityInterval(chain(x));
    expect(low).toBe(Math.min(...x));
    expect(high).toBeCloseTo(-Math.log(1 - 940.5 / 1000), 12);
  });

  it("spans the gap of two modes of equal weight and drops a light one: the trap", () => {
    const two = (heavy: number) => chain(Array.from({ length: 100 }, (_, i) => (i < heavy ? 0 : 10) + i / 1e4));
    expect(highestDensityInterval(two(50))[1]).toBeGreaterThan(10);
    expect(highestDensityInterval(two(97))[1]).toBeLessThan(1);
  });

  it("has no answer without draws or with a number that is not finite", () => {
    for (const data of [[], [1, Number.NaN, 2], [1, Number.POSITIVE_INFINITY, 2]])
      expect(highestDensityInterval(chain(data))).toEqual([Number.NaN, Number.NaN]);
  });
});

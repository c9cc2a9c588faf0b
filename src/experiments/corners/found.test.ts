import { describe, expect, it } from "vitest";
import { largestWeightError, roughWeights, totalWeightError, weightsOf } from "./found.js";
import type { Weighed, WeightsFound } from "./measure.js";

const TRUTH = [0.1, 0.9];
/** What a proposal says of two modes, with an error of the weights and a Pareto k. */
const weighed = (first: number, standardError = 0.01, paretoK = 0.2, note: string | null = null): Weighed => ({
  weights: [first, 1 - first].map((value) => ({ value, standardError, interval: null })),
  ...{ logZ: { value: 0, standardError: 0.01, interval: null }, paretoK, note },
});
const found = (byFlow: Weighed | null, byClouds: Weighed): WeightsFound => ({
  ...{ data: TRUTH, flow: null },
  ...{ byFlow, byClouds },
});
const first = (measured: WeightsFound): number | undefined => weightsOf(measured)?.[0]?.value;

describe("weights by two proposals", () => {
  it("are pooled by the inverse of their squared errors", () => {
    // Errors 1 : 2, so weights 4 : 1; together the error is √(1/(1 + ¼)) of the smaller.
    const [pooled] = weightsOf(found(weighed(0.1, 0.01), weighed(0.15, 0.02)))!;
    expect(pooled!.value).toBeCloseTo(0.11, 12);
    expect(pooled!.standardError).toBeCloseTo(0.01 * Math.sqrt(0.8), 12);
  });

  it("are not known where they contradict one another, even if their mean is right", () => {
    // Of two errors of 0.01 four of their difference are 0.0566.
    expect(first(found(weighed(0.128), weighed(0.072)))).toBeCloseTo(0.1, 12);
    const apart = found(weighed(0.129), weighed(0.071));
    expect(weightsOf(apart)).toBeNull();
    expect(largestWeightError(apart)).toBe(Number.POSITIVE_INFINITY);
    expect(totalWeightError(apart)).toBe(Number.POSITIVE_INFINITY);
  });

  it("are those of the one that is to be trusted, or none", () => {
    const off = weighed(0.5, 0.01, 0.9, "Pareto k is 0.9");
    expect(first(found(off, weighed(0.12)))).toBe(0.12);
    expect(first(found(weighed(0.12), off))).toBe(0.12);
    expect(first(found(null, weighed(0.12)))).toBe(0.12);
    expect(weightsOf(found(null, off))).toBeNull();
    // All that is known then is what the less uneven one says.
    expect(roughWeights(found(weighed(0.4, 0.01, 0.8, "Pareto k is 0.8"), off))[0]!.value).toBe(0.4);
  });
});

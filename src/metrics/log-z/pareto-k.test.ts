import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { uniform } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { paretoK } from "./pareto-k.js";

describe("paretoK", () => {
  for (const { name, logWeights, k } of golden.importance)
    it(`agrees with ArviZ: ${name}`, () => {
      expect(relativeError(paretoK(logWeights).k, k)).toBeLessThan(1e-12);
    });

  it("finds the shape of a generalised Pareto sample", () => {
    for (const k of [0.3, 0.9]) {
      const u = uniform(makeKey(5), [20_000], "float64").data;
      const logWeights = u.map((v) => Math.log((v ** -k - 1) / k));
      // 425 tail draws: the fit has standard deviation (1 + k)/√425; four of those, false alarm 6e-5.
      expect(Math.abs(paretoK(logWeights).k - k)).toBeLessThan((4 * (1 + k)) / Math.sqrt(425));
      expect(paretoK(logWeights).reliable).toBe(k < 0.7);
    }
  });

  it("does not depend on a constant in the log-weights", () => {
    const { logWeights } = golden.importance[0]!;
    expect(paretoK(logWeights.map((v) => v - 900)).k).toBeCloseTo(paretoK(logWeights).k, 10);
  });

  it("has a threshold that small samples lower", () => {
    expect(paretoK(new Float64Array(100)).threshold).toBeCloseTo(0.5, 14);
    expect(paretoK(new Float64Array(10_000)).threshold).toBe(0.7);
  });

  it("calls weights bounded by ties reliable, and a handful of draws not", () => {
    expect(paretoK(new Float64Array(100))).toMatchObject({ k: Number.NEGATIVE_INFINITY, reliable: true, tail: 0 });
    const twoValues = Float64Array.from({ length: 100 }, (_, i) => Math.log(1 + (i % 2)));
    expect(paretoK(twoValues)).toMatchObject({ k: Number.NEGATIVE_INFINITY, reliable: true });
    expect(paretoK([0])).toMatchObject({ k: Number.POSITIVE_INFINITY, reliable: false });
    expect(paretoK(new Float64Array(20))).toMatchObject({ k: Number.POSITIVE_INFINITY, reliable: false });
  });

  it("refuses what is no log-weight", () => {
    expect(() => paretoK([0, Number.NaN])).toThrow(NumericError);
    expect(() => paretoK([0, Number.POSITIVE_INFINITY])).toThrow(/log-weight 1/);
  });
});

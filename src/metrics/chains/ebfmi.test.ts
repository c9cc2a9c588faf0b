import { describe, expect, it } from "vitest";
import { golden, relativeError } from "../../../test/support/metrics-golden.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { ebfmi } from "./ebfmi.js";

/** A stationary AR(1) chain. */
function autoregression(seed: number, draws: number, phi: number): Float64Array {
  const x = Float64Array.from(normal(makeKey(seed), [draws], "float64").data);
  x[0]! /= Math.sqrt(1 - phi * phi);
  for (let t = 1; t < draws; t++) x[t]! += phi * x[t - 1]!;
  return x;
}

describe("ebfmi", () => {
  for (const chains of golden.chains) {
    // ArviZ's value of a constant is a ratio of rounding errors.
    if (chains.name === "constant") continue;
    it(`agrees with ArviZ: ${chains.name}`, () => {
      const { values } = ebfmi(chains);
      expect(values).toHaveLength(chains.shape[0]);
      for (const [c, value] of values.entries()) expect(relativeError(value, chains.bfmi[c]!)).toBeLessThan(1e-12);
    });
  }

  it("is 2 (1 − φ) for energies that are an AR(1) chain, and reports the chain below 0.3", () => {
    const draws = 20_000;
    const data = [0.9, 0, -0.5].flatMap((phi, i) => [...autoregression(i, draws, phi)]);
    const { values, low } = ebfmi({ shape: [3, draws], data });
    // Standard deviations over 200 seeds: 0.0059, 0.0146, 0.0125. At 4.5 of them a false alarm once in 5e4.
    expect(Math.abs(values[0]! - 0.2)).toBeLessThan(0.027);
    expect(Math.abs(values[1]! - 2)).toBeLessThan(0.066);
    expect(Math.abs(values[2]! - 3)).toBeLessThan(0.056);
    expect(low).toEqual([0]);
    expect(ebfmi({ shape: [3, draws], data }, { threshold: 2.5 }).low).toEqual([0, 1]);
  });

  it("does not depend on the unit or the zero of energy", () => {
    const x = autoregression(3, 200, 0.5);
    const { values } = ebfmi({ shape: [1, 200], data: x });
    const moved = ebfmi({ shape: [1, 200], data: x.map((v) => 40 + 8 * v) });
    expect(moved.values[0]).toBeCloseTo(values[0]!, 10);
  });

  it("has no answer, and no alarm, for a constant, one draw, or a number that is not finite", () => {
    const { values, low } = ebfmi({ shape: [3, 3], data: [5, 5, 5, 1, Number.POSITIVE_INFINITY, 2, 1, 2, 1] });
    expect([...values]).toEqual([Number.NaN, Number.NaN, expect.closeTo(3, 12)]);
    expect(low).toEqual([]);
    expect(ebfmi({ shape: [1, 1], data: [5] }).values[0]).toBeNaN();
  });
});

import { describe, expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { totalVariation } from "./total-variation.js";

describe("totalVariation", () => {
  it("is half the absolute difference", () => {
    expect(totalVariation({ p: [0.2, 0.8], q: [0.5, 0.5] }).value).toBeCloseTo(0.3, 14);
    expect(totalVariation({ p: [1, 0], q: [0, 1] })).toEqual({ value: 1, expectedNoise: null });
    const p = [0.1, 0.2, 0.7];
    expect(totalVariation({ p, q: p }).value).toBe(0);
  });

  it("counts what is outside as one more class", () => {
    expect(totalVariation({ p: [0.5, 0.5], q: [0.4, 0.4] }).value).toBeCloseTo(0.2, 14);
    expect(totalVariation({ p: [0.3, 0.3], q: [0.3, 0.3] }).value).toBe(0);
  });

  it("expects the noise that frequencies show", () => {
    const p = [0.2, 0.5, 0.3];
    const draws = 1000;
    const repetitions = 500;
    let sum = 0;
    let squares = 0;
    for (let r = 0; r < repetitions; r++) {
      const q = [0, 0, 0];
      for (const u of uniform(fold(makeKey(9), r), [draws], "float64").data)
        q[u < 0.2 ? 0 : u < 0.7 ? 1 : 2]! += 1 / draws;
      const { value } = totalVariation({ p, q });
      sum += value;
      squares += value * value;
    }
    const mean = sum / repetitions;
    const error = Math.sqrt((squares / repetitions - mean ** 2) / repetitions);
    // Four standard errors: false alarm 6e-5; the normal limit itself is off by far less at 1000 draws.
    expect(Math.abs(mean - totalVariation({ p, q: p }, { draws }).expectedNoise!)).toBeLessThan(4 * error);
  });

  it("refuses what is no vector of weights", () => {
    expect(() => totalVariation({ p: [0.5], q: [0.5, 0.5] })).toThrow(ShapeError);
    expect(() => totalVariation({ p: [-0.1, 1], q: [0, 1] })).toThrow(/weight 0 .*of p/);
    expect(() => totalVariation({ p: [0, 1], q: [0, Number.NaN] })).toThrow(InputError);
    expect(() => totalVariation({ p: [0.9, 0.9], q: [0, 1] })).toThrow(/sum to 1.8/);
  });
});

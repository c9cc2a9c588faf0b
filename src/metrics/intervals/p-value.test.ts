import { describe, expect, it } from "vitest";
import { simulatedP } from "./p-value.js";

describe("simulatedP", () => {
  it("counts the observed statistic among the simulated", () => {
    expect(simulatedP(2, [1, 2, 3, 0])).toBe(3 / 5);
    expect(simulatedP(9, [1, 2, 3, 0])).toBe(1 / 5);
    expect(simulatedP(-1, [1, 2, 3, 0])).toBe(1);
  });

  it("takes numbers that differ by rounding for equal, whatever their sign", () => {
    expect(simulatedP(0.3, [0.1 + 0.2, 0.3 - 1e-15])).toBe(1);
    expect(simulatedP(-0.3, [-0.3 - 1e-15])).toBe(1);
    expect(simulatedP(0, [-1e-16, 2])).toBe(1);
    expect(simulatedP(0.3, [0.3 - 1e-6])).toBe(1 / 2);
  });

  it("has none without a simulation", () => {
    expect(simulatedP(1, [])).toBeNull();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearAxis, logAxis, niceStep, rangeOf } from "./axes.js";

const numbers = (low: number, high: number): string[] => {
  const { ticks, tickFormat } = linearAxis("y", [low, high], 0);
  return ticks.map((x) => tickFormat(x));
};

describe("linearAxis", () => {
  it("writes round numbers with the decimals of their step", () => {
    expect(numbers(0, 1)).toEqual(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    expect(numbers(0, 1.26)).toEqual(["0.00", "0.25", "0.50", "0.75", "1.00", "1.25"]);
    expect(numbers(-0.3, 0.3)).toEqual(["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]);
    expect(numbers(0, 5000)).toEqual(["0", "1,000", "2,000", "3,000", "4,000", "5,000"]);
  });

  it("takes out a power of ten that would not fit, and says so", () => {
    expect(linearAxis("step", [0, 4e6], 0).label).toBe("step (×10⁶)");
    expect(numbers(0, 4e6)).toEqual(["0", "1", "2", "3", "4"]);
    expect(linearAxis("ε", [1e-6, 1.1e-6], 0).label).toBe("ε (×10⁻⁶)");
    expect(numbers(1e-6, 1.1e-6)).toEqual(["1.00", "1.02", "1.04", "1.06", "1.08", "1.10"]);
    expect(linearAxis("y", [0, 1], 0).label).toBe("y");
  });

  it("has 2 to 7 different numbers, all of them on the axis, each written as what it is", () => {
    const size = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(size, fc.double({ min: -3, max: 3, noNaN: true }), fc.boolean(), (exponent, shift, negative) => {
        const width = 10 ** exponent;
        const low = (negative ? -1 : 1) * width * 10 ** shift;
        const { domain, ticks, tickFormat, label } = linearAxis("y", [low, low + width], 0);
        const power = /\(×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)\)/.exec(label)?.[1] ?? "⁰";
        const scale = Number(`1e${[...power].map((c) => (c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c))).join("")}`);
        const words = ticks.map((x) => tickFormat(x));
        const read = words.map((word) => Number(word.replace("−", "-").replaceAll(",", "")) * scale);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(new Set(words).size).toBe(ticks.length);
        ticks.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(domain[0] - 1e-6 * width);
          expect(x).toBeLessThanOrEqual(domain[1] + 1e-6 * width);
          expect(Math.abs(read[i]! - x)).toBeLessThanOrEqual(1e-6 * width);
        });
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("gives a range of one number some room", () => {
    expect(linearAxis("y", [0.3, 0.3]).domain).toEqual([0.27, 0.32999999999999996]);
    expect(linearAxis("y", [0, 0]).domain).toEqual([-0.5, 0.5]);
  });
});

describe("logAxis", () => {
  it("puts numbers at powers of ten, or at 1, 2 and 5 where those are few", () => {
    expect(logAxis("y", [2e-4, 3]).ticks).toEqual([1e-3, 1e-2, 0.1, 1]);
    expect(logAxis("y", [0.4, 6]).ticks).toEqual([0.5, 1, 2, 5]);
    expect(logAxis("y", [1e-30, 1]).ticks).toHaveLength(7);
  });
});

describe("niceStep", () => {
  it("is the next of 1, 2, 2.5 and 5 times a power of ten", () => {
    expect([0.9, 1, 1.1, 2.1, 2.6, 5.1, 1e-7, 3e19].map(niceStep)).toEqual([1, 1, 2, 2.5, 5, 10, 1e-7, 5e19]);
  });
});

describe("rangeOf", () => {
  it("passes over what is not finite, and is [0, 1] of nothing", () => {
    expect(rangeOf([3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual([-1, 3]);
    expect(rangeOf([])).toEqual([0, 1]);
  });
});

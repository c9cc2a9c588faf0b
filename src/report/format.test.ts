import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatColumn, formatEstimate, formatInterval, formatNumber, formatWithError, powerOfTen } from "./format.js";

describe("formatNumber", () => {
  it("keeps four digits, whole numbers in full, and exponents for the far ends", () => {
    const shown = [0.32451, 12.3456, 40000, -3.24159, 0, -0, 1234.5678, 123456.7, 1.23456e-9, 9.99996, 1e20, -2.5e-7];
    expect(shown.map((x) => formatNumber(x))).toEqual(
      // biome-ignore format: one line each way
      ["0.3245", "12.35", "40000", "-3.242", "0", "0", "1235", "123457", "1.235e-9", "10.00", "1.000e20", "-2.500e-7"],
    );
    expect([Number.NaN, 1 / 0, -1 / 0].map((x) => formatNumber(x))).toEqual(["NaN", "∞", "-∞"]);
    expect(formatNumber(0.66666, 2)).toBe("0.67");
  });

  it("never differs from the number by more than its last digit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), fc.integer({ min: 1, max: 8 }), (x, digits) => {
        const back = Number(formatNumber(x, digits));
        return Math.abs(back - x) <= Math.abs(x) * 10 ** (1 - digits) * 0.500001 + Number.MIN_VALUE;
      }),
      { seed: 1 },
    );
  });
});

describe("formatWithError", () => {
  it("shows two digits of the error and the value to the same place", () => {
    expect(formatWithError(0.32451, 0.0031)).toBe("0.3245 ± 0.0031");
    expect(formatWithError(-1.23456, 0.0213)).toBe("-1.235 ± 0.021");
    expect(formatWithError(1.23456, 0.00996)).toBe("1.235 ± 0.010"); // the error rounds up into another digit
    expect(formatWithError(0.0001, 0.02)).toBe("0.000 ± 0.020");
    expect(formatWithError(-0.0001, 0.02)).toBe("0.000 ± 0.020");
    expect(formatWithError(12, 3)).toBe("12.0 ± 3.0");
  });

  it("rounds in front of the point when the error is that large, and takes out a common power at the far ends", () => {
    expect(formatWithError(1301.2, 246.7)).toBe("1300 ± 250");
    expect(formatWithError(1.2342e-7, 1.21e-9)).toBe("(1.234 ± 0.012)e-7");
    expect(formatWithError(-4.2e12, 3e10)).toBe("(-4.200 ± 0.030)e12");
    expect(formatWithError(3e-310, 2e-311)).toBe("(3.00 ± 0.20)e-310");
  });

  it("claims no error that it does not know", () => {
    expect(formatWithError(0.32451, null)).toBe("0.3245");
    expect(formatWithError(0.32451, 0)).toBe("0.3245");
    expect(formatWithError(0.32451, Number.NaN)).toBe("0.3245");
    expect(formatWithError(Number.NaN, 0.1)).toBe("NaN");
    expect(formatWithError(Number.NEGATIVE_INFINITY, 0.1)).toBe("-∞");
  });

  it("reads back within half of the error's last digit, whatever the numbers", () => {
    const size = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(size, size, fc.boolean(), (a, b, negative) => {
        const [value, error] = [(negative ? -1 : 1) * 10 ** a, 10 ** (a + b / 3)];
        const shown = formatWithError(value, error);
        const [, v, e, power] = /^\(?(\S+) ± ([^\s)]+)(?:\)e(-?\d+))?$/.exec(shown) ?? [];
        const scale = Number(`1e${power ?? 0}`);
        // Beyond 15 decimals the numbers themselves have no digits left.
        const slack = 0.051 * error + Math.abs(value) * 1e-14;
        return Math.abs(Number(v) * scale - value) <= slack && Math.abs(Number(e) * scale - error) <= slack;
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});

describe("formatInterval", () => {
  it("shows the digits that tell its ends apart", () => {
    expect(formatInterval([0.31849, 0.33071])).toBe("0.318 to 0.331");
    expect(formatInterval([-0.0004, 0.00121])).toBe("-0.0004 to 0.0012");
    expect(formatInterval([120.4, 180.2])).toBe("120 to 180");
    expect(formatInterval([1.234e-9, 1.262e-9])).toBe("1.234e-9 to 1.262e-9");
    expect(formatInterval([0.5, 0.5])).toBe("0.5000 to 0.5000");
    expect(formatInterval([0.5, 1 / 0])).toBe("0.5000 to ∞");
  });
});

describe("formatEstimate", () => {
  it("prefers the standard error, else shows the interval, else neither", () => {
    expect(formatEstimate({ value: 0.32451, standardError: 0.0031, interval: [0.318, 0.331] })).toBe("0.3245 ± 0.0031");
    expect(formatEstimate({ value: 0.3242, standardError: null, interval: [0.301, 0.352] })).toBe(
      "0.324 [0.301 to 0.352]",
    );
    expect(formatEstimate({ value: 0.3245, standardError: null, interval: null })).toBe("0.3245");
    expect(formatEstimate({ value: 0, standardError: 0, interval: [0, 0.004] })).toBe("0.0000 [0.0000 to 0.0040]");
  });
});

describe("formatColumn", () => {
  it("gives all numbers one number of decimals", () => {
    expect(formatColumn([0.3245, 12.31, 7])).toEqual(["0.325", "12.310", "7.000"]);
    expect(formatColumn([1, 20, 300])).toEqual(["1", "20", "300"]);
    expect(formatColumn([0.5, Number.NaN, -0.25, 0])).toEqual(["0.5000", "NaN", "-0.2500", "0.0000"]);
    expect(formatColumn([])).toEqual([]);
  });

  it("writes numbers one by one that no common place suits", () => {
    expect(formatColumn([1.5e-9, 2])).toEqual(["1.500e-9", "2"]);
  });
});

it("powerOfTen writes exponents above the line", () => {
  expect([-12, 0, 3].map(powerOfTen)).toEqual(["10⁻¹²", "10⁰", "10³"]);
});

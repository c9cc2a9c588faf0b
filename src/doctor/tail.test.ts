import { describe, expect, it } from "vitest";
import { type TailKind, tailOf } from "./tail.js";

const doubling = (f: (r: number) => number): number[] => Array.from({ length: 14 }, (_, k) => f(2 ** k));

const cases: readonly (readonly [name: string, f: (r: number) => number, kind: TailKind])[] = [
  ["−r²/2", (r) => -(r ** 2) / 2, "falls"],
  ["−log r", (r) => -Math.log(r), "falls"],
  ["r²/2 down to a slope", (r) => r ** 2 * Math.exp(-r) - 0.1 * r, "falls"],
  ["overflow below", (r) => -Math.exp(r), "falls"],
  ["a constant", () => 7, "flat"],
  ["tanh r", Math.tanh, "flat"],
  ["−1/r", (r) => -1 / r, "flat"],
  ["r/(1 + r), slowly", (r) => (100 * r) / (300 + r), "flat"],
  ["3 log r", (r) => 3 * Math.log(r), "logarithmic"],
  ["log(1 + r²)", (r) => Math.log1p(r * r), "logarithmic"],
  ["√r", Math.sqrt, "slow"],
  ["r", (r) => r, "linear"],
  ["r − 50 log r", (r) => r - 50 * Math.log(r), "linear"],
  ["r^1.5", (r) => r ** 1.5, "power"],
  ["r²/2 − 30 r", (r) => r ** 2 / 2 - 30 * r, "quadratic"],
  ["r⁴", (r) => r ** 4, "power"],
  ["exp r", Math.exp, "steep"],
  ["not a number from the start", () => Number.NaN, "unknown"],
  ["not a number after r = 4", (r) => (r > 4 ? Number.NaN : r), "unknown"],
  ["not a number after r = 4096", (r) => (r > 4096 ? Number.NaN : r), "linear"],
];

describe("a tail", () => {
  it.each(cases)("of %s", (_, f, kind) => expect(tailOf(doubling(f), 1e-12).kind).toBe(kind));

  it("of a logarithm has its rate, of a power its exponent", () => {
    expect(
      tailOf(
        doubling((r) => 3 * Math.log(r)),
        1e-12,
      ).rate,
    ).toBeCloseTo(3, 10);
    // (ν + d)/2 · log(1 + r²/ν), a Student's law with ν = 5 in 2 dimensions: rate ν + d.
    expect(
      tailOf(
        doubling((r) => 3.5 * Math.log1p((r * r) / 5)),
        1e-12,
      ).rate,
    ).toBeCloseTo(7, 5);
    expect(
      tailOf(
        doubling((r) => r ** 1.5),
        1e-12,
      ).power,
    ).toBeCloseTo(1.5, 10);
    expect(
      tailOf(
        doubling((r) => 0.3 * r ** 2 + r),
        1e-12,
      ).power,
    ).toBeCloseTo(2, 2);
  });

  it("that does not change beyond rounding is flat", () => {
    const values = doubling((r) => 1e6 + r * 1e-7);
    expect(tailOf(values, 1e-5).kind).toBe("flat");
    expect(tailOf(values, 1e-12).kind).toBe("linear");
  });
});

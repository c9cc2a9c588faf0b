import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { digamma, logGamma, trigamma } from "./gamma-functions.js";

const { special } = JSON.parse(readFileSync(new URL("../../test/golden/families.json", import.meta.url), "utf8"));

it.each([
  ["logGamma", logGamma],
  ["digamma", digamma],
  ["trigamma", trigamma],
] as const)("%s agrees with SciPy from 1e-8 to 1e12, where it crosses 0 absolutely", (name, f) => {
  for (const [i, x] of (special.x as number[]).entries()) {
    const expected = special[name][i] as number;
    expect(Math.abs(f(x) - expected), `${name}(${x})`).toBeLessThan(4e-15 * Math.max(1, Math.abs(expected)));
  }
});

it("logGamma is the logarithm of factorials, and of √π at one half", () => {
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
  let factorial = 1;
  for (let n = 1; n <= 23; factorial *= n++) expect(logGamma(n)).toBe(Math.log(factorial));
});

it("each is the derivative of the one before", () => {
  const h = 1e-3;
  const slope = (f: (x: number) => number, x: number): number =>
    (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
  for (const x of [0.7, 2, 11.99, 12.01, 40]) {
    expect(slope(logGamma, x)).toBeCloseTo(digamma(x), 9);
    expect(slope(digamma, x)).toBeCloseTo(trigamma(x), 9);
  }
});

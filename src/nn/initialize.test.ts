import { expect, it } from "vitest";
import { makeKey } from "../random/key.js";
import { mean, variance } from "../util/moments.js";
import { glorotUniform, heNormal, type Initializer, lecunNormal, zeros } from "./initialize.js";

const [INPUTS, OUTPUTS] = [300, 200];
const key = makeKey(25);

// 60000 numbers: the variance of normal ones has a standard error of 0.6 %, of uniform ones 0.4 %, their mean one of
// 0.4 % of the deviation. At 5 of them and more a false alarm comes once in 4e5.
it.each([
  ["lecunNormal", lecunNormal, 1 / INPUTS],
  ["heNormal", heNormal, 2 / INPUTS],
  ["glorotUniform", glorotUniform, 2 / (INPUTS + OUTPUTS)],
] satisfies [string, Initializer, number][])("%s has mean 0 and the variance it says", (_, initializer, expected) => {
  const w = initializer(key, INPUTS, OUTPUTS);
  expect(w.length).toBe(INPUTS * OUTPUTS);
  expect(Math.abs(mean(w)) / Math.sqrt(expected)).toBeLessThan(0.021);
  expect(Math.abs(variance(w) / expected - 1)).toBeLessThan(0.03);
  expect(initializer(key, INPUTS, OUTPUTS)).toEqual(w);
  expect(initializer(makeKey(26), INPUTS, OUTPUTS)).not.toEqual(w);
  expect(initializer(key, 0, OUTPUTS).length).toBe(0);
});

it("glorotUniform stays inside ±√(6/(in + out)) and comes near both ends", () => {
  const w = glorotUniform(key, INPUTS, OUTPUTS);
  const bound = Math.sqrt(6 / (INPUTS + OUTPUTS));
  for (const extreme of [Math.max(...w), -Math.min(...w)]) {
    expect(extreme).toBeLessThan(bound * (1 + 1e-6));
    expect(extreme).toBeGreaterThan(0.999 * bound);
  }
});

it("zeros are zeros", () => {
  expect(zeros(key, 3, 4)).toEqual(new Float32Array(12));
});

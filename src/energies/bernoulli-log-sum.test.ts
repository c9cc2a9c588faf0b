import { describe, expect, it } from "vitest";
import { uniform } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { bernoulliLogSum, visitBernoulli } from "./bernoulli-log-sum.js";
import { type Enumeration, logSum } from "./enumerate-layer.js";

const key = makeKey(52);
const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));

function machine(k: number, size: number, scale: number): Enumeration {
  const at = (name: string, n: number): Float64Array =>
    uniform(fold(key, `${name} ${scale}`), [n], "float64").data.map((u) => scale * (2 * u - 1));
  const weights = at("weight", k * size);
  return {
    ...{ bias: at("bias", k), offset: at("offset", size), weight: (j, i) => weights[j * size + i]! },
    log: (fields) => fields.reduce((sum, field) => sum + softplus(field), 0),
  };
}

describe("the sum by products", () => {
  // Layers smaller than the table, as large, and larger; the other layer in one run of factors, in several, in none.
  it.each([
    [1, 3, 1],
    [4, 6, 2],
    [9, 13, 0.01],
    [9, 40, 5],
    [8, 40, 60],
    [8, 7, 300],
  ])("of %i units and %i others is that of logarithms, at weights up to %f", (k, size, scale) => {
    const given = machine(k, size, scale);
    const expected = logSum("test", given);
    expect(Math.abs(bernoulliLogSum("test", given) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  });

  it.each([2, 9, 11])("visits each state of %i units once, with its units as bits", (k) => {
    const { bias, offset, weight, log } = machine(k, 5, 2);
    const found = new Map<number, number>();
    visitBernoulli("test", { bias, offset, weight, log }, (value, state) => {
      expect(found.has(state)).toBe(false);
      found.set(state, value);
    });
    expect(found.size).toBe(2 ** k);
    for (const [state, value] of found) {
      const on = (j: number): number => (state >> j) & 1;
      const units = Array.from({ length: k }, (_, j) => j);
      const fields = Float64Array.from(offset, (b, i) => units.reduce((sum, j) => sum + on(j) * weight(j, i), b));
      expect(value).toBeCloseTo(log(fields) + units.reduce((sum, j) => sum + on(j) * bias[j]!, 0), 10);
    }
  });

  it("refuses a layer of more than 25 units", () => {
    expect(() => bernoulliLogSum("test", machine(40, 2, 1))).toThrow("at most 25 can be enumerated");
  });
});

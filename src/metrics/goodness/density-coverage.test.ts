import { describe, expect, it } from "vitest";
import { kolmogorov } from "../../../test/support/goodness.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { densityCoverage } from "./density-coverage.js";

const key = makeKey(12);
const d = 5;
/** Log-densities of `N(0, I₅)`, up to a constant, of draws of `N(0, s² I)`. */
const logs = (name: string, n: number, s = 1): Float64Array => {
  const x = normal(fold(key, name), [n, d], "float64").data;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += (s * x[i * d + j]!) ** 2;
    return -sum / 2;
  });
};
const draws = logs("draws", 4000);

describe("densityCoverage", () => {
  it("of a right model has uniform masses and p-values", () => {
    const pValues = Array.from(
      { length: 200 },
      (_, i) =>
        densityCoverage({ rows: logs(`rows ${i}`, 60), draws: logs(`draws ${i}`, 600), key: fold(key, i) }).pValue,
    );
    // Kolmogorov above 2.5 has chance 7.5e-6; the p-values are those of the limit, good to a few per cent.
    expect(kolmogorov(Float64Array.from(pValues), (p) => p)).toBeLessThan(2.5);
    const { below, regions, distance, band } = densityCoverage({ rows: logs("many", 2000), draws, key });
    expect(kolmogorov(below, (u) => u)).toBeLessThan(2.5);
    expect(distance).toBeLessThan(1.5 * band);
    // Six standard errors of 2000 rows and 4000 draws.
    for (const { mass, rows } of regions) expect(Math.abs(rows.value - mass)).toBeLessThan(6 * 0.0137);
  });

  it("sees a model that is too sure of itself, and one that is too wide", () => {
    const sure = densityCoverage({ rows: logs("wide", 200, 1.2), draws, key });
    const wide = densityCoverage({ rows: logs("narrow", 200, 0.8), draws, key });
    for (const { pValue, distance, band } of [sure, wide]) {
      expect(pValue).toBeLessThan(1e-3);
      expect(distance).toBeGreaterThan(band);
    }
    expect(sure.middle).toBeLessThan(0.5);
    expect(wide.middle).toBeGreaterThan(0.5);
  });

  it("takes weighted draws for those of the law that they are weighted to", () => {
    // Draws of N(0, 1.3² I) weighted to N(0, I): log w = −|x|²/2 (1 − 1/1.69).
    const from = logs("proposal", 20_000, 1.3);
    const raw = from.map((l) => Math.exp(l * (1 - 1 / 1.69)));
    const total = raw.reduce((s, w) => s + w, 0);
    const weights = raw.map((w) => w / total);
    const rows = logs("to be covered", 500);
    expect(densityCoverage({ rows, draws: from, weights, key }).pValue).toBeGreaterThan(1e-3);
    expect(densityCoverage({ rows, draws: from, key }).pValue).toBeLessThan(1e-3);
  });

  it("breaks ties at random, so that a law of two densities covers what it says", () => {
    const coins = (name: string, n: number) => uniform(fold(key, name), [n]).data.map((u) => (u < 0.7 ? 0 : -1));
    const { below, pValue } = densityCoverage({ rows: coins("rows", 1000), draws: coins("of the model", 5000), key });
    expect(kolmogorov(below, (u) => u)).toBeLessThan(2.5);
    expect(pValue).toBeGreaterThan(1e-4);
  });

  it("places a row without density below all, and refuses what is no input", () => {
    const { below } = densityCoverage({ rows: [Number.NEGATIVE_INFINITY, 1e9], draws, key });
    expect([...below]).toEqual([0, 1]);
    expect(() => densityCoverage({ rows: [], draws, key })).toThrow(InputError);
    expect(() => densityCoverage({ rows: [Number.NaN], draws, key })).toThrow(NumericError);
    expect(() => densityCoverage({ rows: [1], draws, weights: [1], key })).toThrow(ShapeError);
  });
});

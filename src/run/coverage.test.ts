import { describe, expect, it } from "vitest";
import { densityCoverage } from "../metrics/goodness/density-coverage.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { againstModel, calibrationOf, coverageWords } from "./coverage.js";
import type { ModelDraws } from "./model-draws.js";

const key = makeKey(6);
const n = 400;
/** Log-densities under N(0, 1), up to a constant, of draws of N(0, sd²). */
const logDensities = (count: number, sd: number) =>
  normal(fold(key, count), [count], "float64").data.map((z) => -0.5 * (sd * z) ** 2);
const of = (sd: number) =>
  densityCoverage({ rows: logDensities(n, sd), draws: logDensities(8000, 1), key: fold(key, "ties") });
const from = (doubt: string | null) => ({ doubt }) as ModelDraws;

describe("what coverage says", () => {
  it("is against a model that is too sure of itself, or too wide, and nothing of a right one", () => {
    // Rows of 1.5 deviations, and of 0.6: distances above 0.15 of 400 rows, p < 1e-6. The right one is of this key.
    expect(againstModel(calibrationOf(of(1.5), from(null)))).toMatch(
      /^Held-out rows lie where the model is thinner .* too sure of itself, .* \(p < 0\.0001\); a right model is said to be off one time in 20\.$/,
    );
    expect(againstModel(calibrationOf(of(0.6), from(null)))).toMatch(
      /denser .* too wide, or has mass where no rows are/,
    );
    expect(againstModel(calibrationOf(of(1), from(null)))).toBeNull();
    expect(coverageWords(of(1))).toMatch(/Nothing speaks against the model in that/);
    expect(coverageWords(of(1.5))).toMatch(/\. The rows lie where the model is thinner/);
  });

  it("is not told where the draws may not be the model's", () => {
    expect(againstModel(calibrationOf(of(1.5), from("chains disagree")))).toBeNull();
  });

  it("keeps no list of the rows", () => {
    const { doubt, rows, ...kept } = calibrationOf(of(1), from(null));
    expect([doubt, rows]).toEqual([null, n]);
    expect(JSON.stringify(kept).length).toBeLessThan(2000);
    expect(kept).not.toHaveProperty("below");
  });
});

import { describe, expect, it } from "vitest";
import { twoModeRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { proportionEstimate } from "../intervals/interval.js";
import type { Estimate } from "../metric.js";
import { modeCoverage } from "./mode-coverage.js";
import { sampleModeWeights } from "./mode-weights.js";

const from = (low: number, high: number): Estimate => ({
  value: (low + high) / 2,
  standardError: null,
  interval: [low, high],
});
const unknown: Estimate = { value: 0.4, standardError: null, interval: null };

describe("modeCoverage", () => {
  it("is the fraction of intervals that hold the truth, ends included, with its Wilson interval", () => {
    const estimates = [
      [from(0.1, 0.3), from(0.7, 0.9)],
      [from(0.3, 0.4), from(0.6, 0.69)],
      [from(0.31, 0.4), unknown],
      [from(0.2, 0.4), from(0.6, 0.8)],
    ];
    expect(modeCoverage({ estimates, truth: [0.3, 0.7] })).toEqual({
      modes: [proportionEstimate(0.75, 4), proportionEstimate(0.5, 4)],
      withoutInterval: 1,
    });
  });

  it("finds Wilson intervals of independent draws right, and half of them too narrow", () => {
    const repetitions = 400;
    const estimates = Array.from({ length: repetitions }, (_, r) => {
      const { labels } = twoModeRows(fold(makeKey(78), r), 200, 0.3);
      return sampleModeWeights(labels, { modes: 2 }).weights;
    });
    const truth = [0.7, 0.3];
    // 95 % of 400 has deviation 1.1 %: 3 of them, false alarm 0.3 %.
    for (const { value } of modeCoverage({ estimates, truth }).modes)
      expect(Math.abs(value - 0.95)).toBeLessThan(0.033);
    const narrow = estimates.map((modes) =>
      modes.map(({ value, interval }) => from((value + interval![0]) / 2, (value + interval![1]) / 2)),
    );
    for (const { interval } of modeCoverage({ estimates: narrow, truth }).modes)
      expect(interval![1]).toBeLessThan(0.95);
  });

  it("refuses what cannot be counted", () => {
    const one = [[from(0, 1)]];
    expect(() => modeCoverage({ estimates: [], truth: [1] })).toThrow(/at least one repetition/);
    expect(() => modeCoverage({ estimates: [[]], truth: [] })).toThrow(InputError);
    expect(() => modeCoverage({ estimates: one, truth: [0.5, 0.5] })).toThrow(ShapeError);
    for (const w of [-0.1, 1.1, Number.NaN])
      expect(() => modeCoverage({ estimates: one, truth: [w] })).toThrow(/weight 0/);
    for (const wrong of [from(0.5, 0.4), from(Number.NaN, 1)])
      expect(() => modeCoverage({ estimates: [[wrong]], truth: [0.5] })).toThrow(
        /repetition 0, mode 0 .* expected low/,
      );
  });
});

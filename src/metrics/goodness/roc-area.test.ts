import { expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { rocArea } from "./roc-area.js";

it("counts pairs, ties as half, and does not care how scores are measured", () => {
  const positive = [3, 1, 2, 2];
  const negative = [0, 2, 1];
  const pairs = positive.flatMap((a) => negative.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  expect(rocArea({ positive, negative }).value).toBeCloseTo(mean(pairs), 14);
  const cubed = (x: readonly number[]) => x.map((v) => v ** 3);
  expect(rocArea({ positive: cubed(positive), negative: cubed(negative) })).toEqual(rocArea({ positive, negative }));
  expect(rocArea({ positive: [Number.POSITIVE_INFINITY], negative: [0, 1] }).value).toBe(1);
});

it("has an error as the values scatter", () => {
  const trials = Array.from({ length: 300 }, (_, t) => {
    const x = normal(makeKey(t), [70], "float64").data;
    return rocArea({ positive: x.subarray(0, 20).map((v) => v + 1), negative: x.subarray(20) });
  });
  const scatter = Math.sqrt(variance(trials.map(({ value }) => value)));
  // P(z + 1 > z′) = Φ(1/√2) = 0.760; the mean of 300 within four of its errors, false once in 16,000.
  expect(Math.abs(mean(trials.map(({ value }) => value)) - 0.76025)).toBeLessThan((4 * scatter) / Math.sqrt(300));
  // The scatter of 300 is known to 4 %; four times that.
  expect(mean(trials.map(({ standardError }) => standardError!)) / scatter).toBeGreaterThan(0.84);
  expect(mean(trials.map(({ standardError }) => standardError!)) / scatter).toBeLessThan(1.16);
});

it("refuses what it cannot rank", () => {
  expect(() => rocArea({ positive: [], negative: [1] })).toThrow("there are no positive scores");
  expect(() => rocArea({ positive: [1], negative: [1, Number.NaN] })).toThrow("negative score 1 (from 0) is NaN");
});

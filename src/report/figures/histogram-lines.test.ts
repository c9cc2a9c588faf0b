import { expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { histogramLine, sharedBars } from "./histogram-lines.js";

/** The area under a line. */
const areaOf = ({ x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }): number =>
  Array.from({ length: x.length - 1 }, (_, i) => ((x[i + 1]! - x[i]!) * (y[i]! + y[i + 1]!)) / 2).reduce(
    (a, b) => a + b,
  );

it("has the area of the share of numbers that lie in it, and steps", () => {
  const line = histogramLine({
    ...{ name: "a", role: "data", range: [0, 4], bars: 4 },
    values: Float64Array.of(0, 0.5, 1.5, 4, 9),
  });
  expect(line.x).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  expect(Array.from(line.y)).toEqual([0, 0.4, 0.4, 0.2, 0.2, 0, 0, 0.2, 0.2, 0]);
  expect(areaOf(line)).toBeCloseTo(0.8, 12);
});

it("is shared by both samples, without what one number far out would do to it", () => {
  const values = normal(makeKey(1), [2000], "float64").data;
  const few = normal(makeKey(2), [50], "float64").data;
  const { range, bars } = sharedBars(Float64Array.of(...values, 1e6), few);
  expect(range[0]).toBeLessThan(-2);
  expect(range[1]).toBeLessThan(10);
  expect([bars >= 12, bars <= 48]).toEqual([true, true]);
  expect(areaOf(histogramLine({ name: "a", role: "ebm", values, range, bars }))).toBeGreaterThan(0.98);
});

it("has bars of one number, and none of nothing", () => {
  const one = Float64Array.of(3, 3, 3);
  const shared = sharedBars(one, one);
  expect(shared.range).toEqual([2.5, 3.5]);
  expect(areaOf(histogramLine({ name: "a", role: "data", values: one, ...shared }))).toBeCloseTo(1, 12);
  expect(() => sharedBars(one, new Float64Array())).toThrow(InputError);
});

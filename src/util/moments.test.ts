import { expect, test } from "vitest";
import {
  columnCovariance,
  columnMeans,
  columnMoments,
  mean,
  median,
  quantile,
  rowMeans,
  variance,
  weightedMedian,
} from "./moments.js";

// 1, 2, …, n has mean (n + 1)/2 and variance n(n + 1)/12.
test.each([1, 2, 5, 8])("the numbers up to %i", (n) => {
  const x = Float64Array.from({ length: n }, (_, i) => n - i);
  expect(mean(x)).toBe((n + 1) / 2);
  expect(median(x)).toBe((n + 1) / 2);
  expect(quantile(x, 0.5)).toBe((n + 1) / 2);
  if (n > 1) expect(variance(x)).toBeCloseTo((n * (n + 1)) / 12, 12);
});

test("an even count has the average of the middle two as its median, an odd one the middle", () => {
  expect(median([10, 1, 2, 3])).toBe(2.5);
  expect(median([10, 1, 3])).toBe(3);
  expect(median([1, 1, 5, 9])).not.toBe(5);
});

test("a quantile lies between order statistics", () => {
  expect(quantile([40, 10, 20, 30], 0)).toBe(10);
  expect(quantile([40, 10, 20, 30], 1)).toBe(40);
  expect(quantile([40, 10, 20, 30], 1 / 2)).toBe(25);
  expect(quantile([40, 10, 20, 30], 1 / 6)).toBe(15);
});

test("a weighted median has half the weight up to it, and no number of weight 0", () => {
  expect(weightedMedian([10, 1, 2, 3], [1, 1, 1, 1])).toBe(2);
  expect(weightedMedian([10, 1, 2, 3], [5, 1, 1, 1])).toBe(10);
  expect(weightedMedian([10, 1, 2, 3], [3, 2, 2, 0])).toBe(2);
  expect(weightedMedian([Number.NaN, 1, Number.POSITIVE_INFINITY], [0, 1, 0.5])).toBe(1);
  for (const none of [weightedMedian([], []), weightedMedian([1], [0]), weightedMedian([1, Number.NaN], [2, 1])])
    expect(none).toBeNaN();
});

test("nothing is known of no numbers, and of no spread of one", () => {
  for (const none of [mean([]), median([]), quantile([], 0.5), variance([]), variance([3])]) expect(none).toBeNaN();
  expect([...columnMeans([], 2)]).toEqual([Number.NaN, Number.NaN]);
});

test("columns and rows of a table", () => {
  // x = 1, 2, 3, 6 and y = 10 − 2x.
  const rows = [1, 8, 2, 6, 3, 4, 6, -2];
  expect([...columnMeans(rows, 2)]).toEqual([3, 4]);
  const { mean: centre, squares } = columnMoments(rows, 2);
  expect([...centre]).toEqual([3, 4]);
  expect([...squares]).toEqual([14, 56]);
  const { covariance } = columnCovariance(rows, 2);
  expect([...covariance]).toEqual([3.5, -7, -7, 14]);
  expect([...rowMeans(Float64Array.from(rows), [4, 2])]).toEqual([4.5, 4, 3.5, 2]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aligned, arePositive, type Curve, smoothed } from "./series.js";

describe("a smoothed curve", () => {
  it("lies between the values so far, is a constant's own, and 0 steps change nothing", () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (y, over) => {
        const x = y.map((_, i) => 3 * i + 1);
        const [, means] = smoothed([x, y], over);
        means.forEach((mean, i) => {
          const seen = y.slice(0, i + 1);
          expect(mean).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
          expect(mean).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
        });
        for (const mean of smoothed([x, y.map(() => 2)], over)[1]) expect(mean).toBeCloseTo(2, 12);
        expect(smoothed([x, y], 0)[1]).toBe(y);
      }),
    );
  });

  it("forgets by steps, not by points, and leaves gaps", () => {
    const [, means] = smoothed(
      [
        [0, 1, 1000],
        [5, Number.NaN, 1],
      ] as Curve,
      10,
    );
    expect(means[1]).toBeNaN();
    expect(means[2]).toBeCloseTo(1, 9);
  });
});

it("aligned curves have every step once, in order", () => {
  const curves: Curve[] = [
    [
      [1, 3],
      [10, Number.NaN],
    ],
    [
      [2, 3],
      [20, 30],
    ],
  ];
  expect(aligned(curves)).toEqual([
    [1, 2, 3],
    [10, null, null],
    [null, 20, 30],
  ]);
});

it("only positive values stand on a logarithmic axis", () => {
  expect(
    arePositive([
      [
        [1, 2],
        [0.1, Number.NaN],
      ] as Curve,
    ]),
  ).toBe(true);
  expect(
    arePositive([
      [
        [1, 2],
        [0.1, -1],
      ] as Curve,
    ]),
  ).toBe(false);
});

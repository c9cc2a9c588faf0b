import { expect, it } from "vitest";
import { MOST, reachOf, withCloud, withoutDisc } from "./cloud.js";

/** Numbers of a small generator, the same each time. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (48271 * state) % 2147483647;
    return state / 2147483647;
  };
}

it("sprays round clouds and keeps what was there", () => {
  const first = withCloud(new Float64Array(), [1, -2], 0.5, 2000, numbers());
  const mean = (axis: number): number => first.reduce((sum, v, i) => (i % 2 === axis ? sum + v : sum), 0) / 2000;
  expect(mean(0)).toBeCloseTo(1, 1);
  expect(mean(1)).toBeCloseTo(-2, 1);
  expect(Math.sqrt(first.reduce((sum, v, i) => sum + (v - [1, -2][i % 2]!) ** 2, 0) / 4000)).toBeCloseTo(0.25, 2);
  expect(withCloud(first, [0, 0], 1, 10).subarray(0, first.length)).toEqual(first);
  expect(withCloud(first, [0, 0], 1, 1e6)).toHaveLength(2 * MOST);
});

it("erases what lies in a disc", () => {
  expect(withoutDisc(Float64Array.of(0, 0, 1, 0, 0, 2, 3, 4), [0, 0], 1.5)).toEqual(Float64Array.of(0, 2, 3, 4));
});

it("shows all there is", () => {
  expect(reachOf(new Float64Array(), 3)).toBe(3);
  expect(reachOf(Float64Array.of(1, -10), 3)).toBeCloseTo(11);
});

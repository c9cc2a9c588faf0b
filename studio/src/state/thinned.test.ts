import { expect, it } from "vitest";
import { newThinned } from "./thinned.js";

it("thinned points are spread evenly, few, and end with the last", () => {
  const points = newThinned<number>(10);
  let kept: readonly number[] = [];
  for (let i = 0; i < 100; i++) kept = points.add(i);
  expect(kept).toEqual([0, 16, 32, 48, 64, 80, 96, 99]);
  points.clear();
  expect(points.add(7)).toEqual([7]);
});

it("a point may take the place of the one before", () => {
  const points = newThinned<readonly [number, string]>(4, ([a], [b]) => a === b);
  points.add([1, "a"]);
  expect(points.add([1, "b"])).toEqual([[1, "b"]]);
  expect(points.add([2, "c"])).toEqual([
    [1, "b"],
    [2, "c"],
  ]);
});

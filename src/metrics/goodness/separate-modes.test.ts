import { describe, expect, it } from "vitest";
import { tensor } from "../../util/tensor.js";
import { pointsOf } from "./pairwise.js";
import { between, nearestOf, separateModes, spanningTree } from "./separate-modes.js";

const points = (...x: readonly (readonly number[])[]) => pointsOf("test", "x", x);

describe("the shortest tree", () => {
  it("joins all points by the shortest edges there are", () => {
    const tree = spanningTree(points([0, 0], [10, 0], [1, 0], [11, 1], [4, 0]));
    const lengths = tree.map(([a, b]) => [a, b].sort((i, j) => i - j).join("-")).sort();
    expect(lengths).toEqual(["0-2", "1-3", "1-4", "2-4"]);
  });

  it("has ways of evenly placed points", () => {
    const x = between(points([0, 0], [4, 8]), [[0, 1]], 3);
    expect(x.shape).toEqual([3, 2]);
    expect(Array.from(x.data)).toEqual([1, 2, 2, 4, 3, 6]);
  });
});

describe("modes", () => {
  const edges = [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ] as const;
  const found = (ways: readonly number[], energies = [0, 1, 0, 0, 0], least = 1) =>
    separateModes(
      { edges, energies: Float64Array.from(energies), ways: Float64Array.from(ways) },
      { barrier: 2, least },
    );

  it("are parted where the energy rises above the higher end by more than the barrier", () => {
    expect(found([0, 0, 2.9, 0, 2.1, 0, 0, 0])).toEqual({ labels: Int32Array.of(0, 0, 0, 1, 1), modes: 2 });
    expect(found([0, 3, 3, 0, 2, 0, 0, 0]).modes).toBe(1);
  });

  it("are counted by falling size, and those that are too small are none", () => {
    expect(Array.from(found([9, 9, 0, 0, 0, 0, 0, 0]).labels)).toEqual([1, 0, 0, 0, 0]);
    const { labels, modes } = found([9, 9, 0, 0, 0, 0, 0, 0], undefined, 2);
    expect(modes).toBe(1);
    expect(Array.from(labels)).toEqual([-1, 0, 0, 0, 0]);
  });

  it("are parted by what is no number", () => {
    expect(found([0, Number.NaN, 0, 0, 0, 0, 0, 0]).modes).toBe(2);
  });
});

it("finds the nearest of the given points", () => {
  const given = points([0, 0], [5, 5]);
  expect(Array.from(nearestOf(given, tensor(Float64Array.of(1, 1, 4, 4, -9, 0), [3, 2])))).toEqual([0, 1, 0]);
  expect(() => nearestOf(given, tensor(Float64Array.of(1, 2, 3), [1, 3]))).toThrow(/3 columns beside 2/);
});

import { describe, expect, it } from "vitest";
import { tensor } from "../../util/tensor.js";
import { pointsOf } from "./pairwise.js";
import { between, nearestOf, neighbourEdges, separateModes, spanningTree } from "./separate-modes.js";

const points = (...x: readonly (readonly number[])[]) => pointsOf("test", "x", x);

describe("the shortest tree", () => {
  it("joins all points by the shortest edges there are", () => {
    const tree = spanningTree(points([0, 0], [10, 0], [1, 0], [11, 1], [4, 0]));
    const lengths = tree.map(([a, b]) => [a, b].sort((i, j) => i - j).join("-")).sort();
    expect(lengths).toEqual(["0-2", "1-3", "1-4", "2-4"]);
  });

  it("is among the edges to neighbours, each of which is there once", () => {
    const edges = neighbourEdges(points([0], [1], [3], [10]), 1).map(([a, b]) => [a, b].sort().join("-"));
    expect(edges.sort()).toEqual(["0-1", "1-2", "2-3"]);
    expect(neighbourEdges(points([0], [1], [3], [10]), 9)).toHaveLength(6);
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
  /** Two energies on the way of each edge. */
  const found = (energies: readonly number[], ways: readonly number[], least = 1) =>
    separateModes(
      { edges, energies: Float64Array.from(energies), ways: Float64Array.from(ways) },
      { barrier: 2, least },
    );
  const flat = [0, 0, 0, 0, 0, 0, 0, 0];

  it("are parted where the way rises above the lowest point of either by more than the barrier", () => {
    const labels = Array.from(found([0, 1, 0, 0, 0], [0, 0, 0, 0, 2.1, 0, 0, 0]).labels);
    expect(labels).toEqual([0, 0, 0, 1, 1]);
    expect(found([0, 1, 0, 0, 0], [0, 0, 0, 0, 2, 0, 0, 0]).modes).toBe(1);
  });

  it("are parted by points on the way between them as well, which are of the side they were joined to first", () => {
    // A stranger at 3 half way: no edge rises above its ends, but the way from one side to the other does.
    expect(Array.from(found([0, 0, 3, 1, 0.5], flat).labels)).toEqual([0, 0, 0, 1, 1]);
    // A ledge is no mode: nothing beyond it is lower than itself by the barrier.
    expect(found([0, 1, 3, 3, 2], flat).modes).toBe(1);
  });

  it("are counted by falling size, and those that are too small are none", () => {
    const ways = [9, 9, 0, 0, 0, 0, 0, 0];
    expect(Array.from(found([0, 1, 0, 0, 0], ways).labels)).toEqual([1, 0, 0, 0, 0]);
    expect(found([0, 1, 0, 0, 0], ways, 2)).toEqual({ labels: Int32Array.of(-1, 0, 0, 0, 0), modes: 1 });
  });

  it("are parted by what is no number", () => {
    expect(found([0, 0, 0, 0, 0], [0, Number.NaN, 0, 0, 0, 0, 0, 0]).modes).toBe(2);
  });
});

it("finds the nearest of the given points", () => {
  const given = points([0, 0], [5, 5]);
  expect(Array.from(nearestOf(given, tensor(Float64Array.of(1, 1, 4, 4, -9, 0), [3, 2])))).toEqual([0, 1, 0]);
  expect(() => nearestOf(given, tensor(Float64Array.of(1, 2, 3), [1, 3]))).toThrow(/3 columns beside 2/);
});

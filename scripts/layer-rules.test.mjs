import { expect, test } from "vitest";
import { findCycles } from "./find-cycles.mjs";
import { checkLayers, showViolation } from "./layer-rules.mjs";
import { selfTest } from "./plant-violations.mjs";
import { root } from "./run-command.mjs";

test("src keeps to its layers", () => {
  expect(checkLayers(root).map(showViolation)).toEqual([]);
});

test("every planted violation is found, and nothing that is allowed is refused", () => {
  const { planted, missed } = selfTest();
  expect(missed).toEqual([]);
  expect(planted).toBeGreaterThan(30);
});

test("each knot of a graph gives one shortest circle", () => {
  const edges = (graph) => new Map(Object.entries(graph));
  expect(findCycles(edges({ a: ["b"], b: ["c"], c: [] }))).toEqual([]);
  expect(findCycles(edges({ a: ["a"] }))).toEqual([["a", "a"]]);
  expect(findCycles(edges({ a: ["b"], b: ["c", "a"], c: ["a"] }))).toEqual([["a", "b", "a"]]);
  // A tail that leads into a knot is not part of it; two knots are two circles.
  expect(findCycles(edges({ a: ["b"], b: ["c"], c: ["b"], d: ["e", "a"], e: ["d"] }))).toEqual([
    ["b", "c", "b"],
    ["d", "e", "d"],
  ]);
  expect(findCycles(edges({ a: ["elsewhere"] }))).toEqual([]);
});

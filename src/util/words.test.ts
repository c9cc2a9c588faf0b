import { expect, it } from "vitest";
import { count, several } from "./words.js";

it("counts in the singular of one alone", () => {
  expect([0, 1, 2].map((n) => count(n, "row"))).toEqual(["0 rows", "1 row", "2 rows"]);
});

it("lists some, and how many more there are", () => {
  expect([["a"], ["a", "b"], ["a", "b", "c", "d"]].map((names) => several(names))).toEqual([
    "a",
    "a and b",
    "a, b and 2 more",
  ]);
});

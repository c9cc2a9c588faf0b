import { expect, test } from "vitest";
import { fillPage, picturesOf } from "./paper-page.mjs";

const results = {
  ...{ experiment: "toy", budget: "full", seeds: 2, seed: 3 },
  claims: [
    { name: "w is right", value: 0.5, interval: [0.25, 1], expected: "|w| ≤ 1", passed: true },
    { name: "most are", value: 0.9, count: [9, 10], interval: [0.6, 0.98], expected: "9 of 10", passed: true },
    { name: "it diverged", value: null, interval: null, expected: "a number", passed: false },
    { name: "p* is not", value: 1.5e-6, interval: null, expected: "p*", passed: false },
  ],
  table: { columns: ["method", "error"], rows: [["a|b", "0.1"]] },
};
const page = "# T\n<!-- claims of toy -->\nold\n<!-- end -->\ntext\n<!-- table of toy -->\n<!-- end -->\n";

test("what stands between the marks is what was found, and how", () => {
  const filled = fillPage(page, (name) => (name === "toy" ? results : undefined));
  expect(filled).toContain("| w is right | 0.5 [0.25 to 1] | \\|w\\| ≤ 1 | came out |");
  expect(filled).toContain("| p\\* is not | 1.50e-6 | p\\* | **failed** |");
  expect(filled).toContain("| most are | 9 of 10 | 9 of 10 | came out |");
  expect(filled).toContain("| it diverged | not finite | a number | **failed** |");
  expect(filled).toContain("| a\\|b | 0.1 |");
  expect(filled).toContain("`ebbflow reproduce toy --budget full --seeds 2 --seed 3`");
  expect(filled).not.toContain("old");
  expect(filled).toContain("\ntext\n");
  expect(fillPage(filled, () => results)).toBe(filled);
});

test("what was not run stays as it is", () => expect(fillPage(page, () => undefined)).toBe(page));

test("pictures are named by their experiment and figure", () =>
  expect(picturesOf("![a](paper/two-modes.the-truth.svg) ![b](other/x.y.svg)")).toEqual([
    { name: "two-modes", figure: "the-truth" },
  ]));

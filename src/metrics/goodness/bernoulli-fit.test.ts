import { expect, it } from "vitest";
import { countStates, statesOf } from "../../energies/states.js";
import { ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { bernoullisLogProbability, fitBernoullis } from "./bernoulli-fit.js";

// Three rows of two columns: the second value once in the first, never in the second.
const rows = tensor(Float32Array.of(1, -1, -1, -1, -1, -1), [3, 2]);

it("is (k + ½)/(n + 1) a column: also what never happened may happen", () => {
  const { high } = fitBernoullis(rows, [-1, 1]);
  expect([...high]).toEqual([1.5 / 4, 0.5 / 4]);
});

it("gives the product over columns, and sums to 1 over all states", () => {
  const fit = fitBernoullis(rows, [-1, 1]);
  const support = { kind: "binary", values: [-1, 1] } as const;
  const logs = bernoullisLogProbability(fit, statesOf(support, [2], 0, countStates(support, [2])));
  const expected = [(5 / 8) * (7 / 8), (5 / 8) * (1 / 8), (3 / 8) * (7 / 8), (3 / 8) * (1 / 8)];
  for (const [i, p] of expected.entries()) expect(Math.exp(logs[i]!)).toBeCloseTo(p, 14);
});

it("refuses what are no rows, and other columns", () => {
  expect(() => fitBernoullis(tensor(new Float32Array(3)), [0, 1])).toThrow(ShapeError);
  const fit = fitBernoullis(rows, [-1, 1]);
  expect(() => bernoullisLogProbability(fit, tensor(new Float32Array(3), [1, 3]))).toThrow(ShapeError);
});

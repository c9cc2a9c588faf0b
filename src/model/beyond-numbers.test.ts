import { expect, it } from "vitest";
import { NumericError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { beyondNumbers } from "./beyond-numbers.js";

const points = (...data: number[]) => tensor(Float64Array.from(data), [data.length / 2, 2]);

it("takes not-a-number far away for the least likely there is", () => {
  const energies = Float64Array.of(1, Number.NaN, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, -2);
  const at = points(0, 1, 1e39, 0, 0, Number.NEGATIVE_INFINITY, Number.NaN, 1, 1, 1, 1e200, 3);
  const all = [1, ...Array(4).fill(Number.POSITIVE_INFINITY), -2];
  expect([...beyondNumbers(energies, at)]).toEqual(all);
});

it("is an error of the model where the row is like the others", () => {
  expect(() => beyondNumbers(Float64Array.of(0, Number.NaN), points(1, 1, 2, 3))).toThrow(NumericError);
  expect(() => beyondNumbers(Float64Array.of(0, Number.NaN), points(1, 1, 2, 3))).toThrow(/row 2 is not a number/);
});

import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { accept } from "./metropolis.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

it.each([Float32Array, Float64Array])("accepts when log u < r; NaN and −∞ never, +∞ always (%o)", async (floats) => {
  const row = (...values: number[]) => constant(tensor(floats.from(values)));
  const ratio = [nan, inf, -inf, 0, Math.log(0.5), Math.log(0.5), 1000, -1000];
  const uniform = [0.5, 0.999, 1e-30, 0.999, 0.49, 0.51, 0.5, 0.5];
  const proposed = {
    x: constant(tensor(floats.from(ratio.keys()), [8, 1])),
    energy: row(...ratio.map((_, i) => 10 + i)),
  };
  const current = {
    x: constant(tensor(new floats(8).fill(-1), [8, 1])),
    energy: row(...ratio.map(() => nan)),
  };
  const { state, acceptance, accepted } = accept(row(...ratio), row(...uniform), proposed, current);
  const result = await evaluate({ x: state.x, energy: state.energy, acceptance, accepted });
  const expected = [false, true, false, true, true, false, true, false];
  expect(numbers(result.accepted).map(Boolean)).toEqual(expected);
  // All of a state moves together; what was NaN stays behind with it.
  expect(numbers(result.x)).toEqual(expected.map((yes, i) => (yes ? i : -1)));
  expect(numbers(result.energy)).toEqual(expected.map((yes, i) => (yes ? 10 + i : nan)));
  for (const [i, a] of [0, 1, 0, 1, 0.5, 0.5, 1, 0].entries()) expect(numbers(result.acceptance)[i]).toBeCloseTo(a, 6);
});

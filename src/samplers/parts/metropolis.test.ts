import { expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, square } from "../../ops/arithmetic.js";
import { full } from "../../ops/indexing.js";
import { constant } from "../../ops/leaf.js";
import { sum } from "../../ops/shape.js";
import { evaluate } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { accept, energyAndGradient } from "./metropolis.js";

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

it.each([0, 1, 0.3])("has the gradient at points that are a constant %d, as at any others", async (value) => {
  // E = y²/2 + x³/3, y = x + 0.4 x²: every operation of it could be computed while the graph is built.
  const energy = (x: Expr) => sum(add(mul(0.5, square(add(x, mul(0.4, square(x))))), mul(1 / 3, mul(x, square(x)))), 1);
  const found = energyAndGradient(energy, full([3, 1], value, "float64"));
  const { gradient, e } = await evaluate({ gradient: found.gradient, e: found.energy });
  const y = value + 0.4 * value ** 2;
  for (const v of numbers(gradient)) expect(v).toBeCloseTo(y * (1 + 0.8 * value) + value ** 2, 12);
  for (const v of numbers(e)) expect(v).toBeCloseTo(y ** 2 / 2 + value ** 3 / 3, 12);
});

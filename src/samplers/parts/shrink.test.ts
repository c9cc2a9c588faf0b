import { expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import type { Expr } from "../../ir/expr.js";
import { square } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { evaluate } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { shrink } from "./shrink.js";

const row = (...values: number[]): Expr => constant(tensor(Float64Array.from(values)));

/** Four chains with the bracket (−4, 4) and the slice t² < 1, and the points that each of them tries. */
const draws = [
  [0.5, 0.75, 0.25, 0.5],
  [0.5, 0.5, 0.5, 0.5],
];
const search = {
  first: row(0.5, 3, -3, 3),
  low: row(-4, -4, -4, -4),
  high: row(4, 4, 4, 4),
  level: row(1, 1, 1, 0),
  draws: constant(tensor(Float64Array.from(draws.flat()), [2, 4])),
};

it("takes the first point below the level; a refused one becomes the end of its side", async () => {
  const { t, potential, found, shrinks } = await evaluate({ ...shrink(search, square) });
  // The first tries 0.5. The second 3, then −4 + 0.75 · 7 = 1.25, then −4 + 5.25/2. The third −3, then −3 + 7/4, then
  // −1.25 + 5.25/2. The last 3, −0.5 and 1.25: it has nothing to find.
  expect(numbers(t)).toEqual([0.5, 0, 0, 0]);
  expect(numbers(found)).toEqual([1, 0, 0, 0]);
  expect(numbers(shrinks)).toEqual([0, 3, 3, 3]);
  expect(numbers(potential)).toEqual([0.25, 1.375 ** 2, 1.375 ** 2, 1.25 ** 2]);
});

it("finds it sooner or later, with draws enough", async () => {
  const more = constant(
    tensor(
      Float64Array.from({ length: 4 * 20 }, () => 0.5),
      [20, 4],
    ),
  );
  const { t, potential, found, shrinks } = await evaluate({ ...shrink({ ...search, draws: more }, square) });
  // Halving from 3: −0.5. From −3: 0.5. Nothing is below 0.
  expect(numbers(t)).toEqual([0.5, -0.5, 0.5, 0]);
  expect(numbers(found)).toEqual([1, 1, 1, 0]);
  expect(numbers(shrinks)).toEqual([0, 1, 1, 21]);
  expect(numbers(potential).slice(0, 3)).toEqual([0.25, 0.25, 0.25]);
});

it("refuses a potential that is no number, and an infinite one, and needs no step where all chains are done", async () => {
  for (const outside of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const potential = (t: Expr): Expr => where(less(t, 0), outside, square(t));
    const { t, found } = await evaluate({ ...shrink(search, potential) });
    expect(numbers(t)[0]).toBe(0.5);
    expect(numbers(found)).toEqual([1, 0, 0, 0]);
  }
  const done = { ...search, level: row(100, 100, 100, 100) };
  const { t, shrinks } = await evaluate({ ...shrink(done, square) });
  expect(numbers(t)).toEqual([0.5, 3, -3, 3]);
  expect(numbers(shrinks)).toEqual([0, 0, 0, 0]);
});

import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import type { Expr } from "../ir/expr.js";
import { add, mul } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { withPrefix } from "../util/records.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { chain, type Transform } from "./transform.js";

/** Adds its count to the gradient, after scaling it. */
const counting = (scale: number, from: number): Transform => ({
  init: () => ({ count: tensor(Float32Array.of(from), []) }),
  update: (g, { count }, params) => ({
    update: add(add(mul(scale, g), count!), mul(0, params)),
    state: { count: add(count!, 1) },
  }),
});

it("applies its parts in order, each with a state of its own", async () => {
  const chained = chain(counting(2, 10), counting(3, 100), {
    init: () => ({}),
    update: (g) => ({ update: g, state: {} }),
  });
  const initial = chained.init(2);
  expect(Object.keys(initial).length).toBe(2);
  const g = constant(tensor(Float32Array.of(1, 2)));
  const state = Object.fromEntries(Object.entries(initial).map(([name, t]) => [name, constant(t)])) as Record<
    string,
    Expr
  >;
  const { update, state: next } = chained.update(g, state, g);
  const result: Readonly<Record<string, Tensor>> = await evaluate({ update, ...withPrefix("next.", next) });
  // 3 (2 g + 10) + 100.
  expect(numbers(result.update!)).toEqual([136, 142]);
  expect(Object.keys(next).sort()).toEqual(Object.keys(initial).sort());
  expect(Object.keys(initial).map((name) => numbers(result[`next.${name}`]!)[0])).toEqual([11, 101]);
});

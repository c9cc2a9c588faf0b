/** The comparison of derivatives must itself be able to fail. */

import { expect, it } from "vitest";
import { apply1, type Expr, type Op, one } from "../../src/ir/expr.js";
import { add, mul, sin, square } from "../../src/ops/arithmetic.js";
import { stopGradient } from "../../src/ops/leaf.js";
import { tensor } from "../../src/util/tensor.js";
import { gradientErrors, type Problem } from "./gradients.js";

/** `x²` with a given derivative. */
const squareWith = (name: string, vjp: (g: Expr, x: Expr) => Expr) => {
  const op: Op<null, readonly [Expr]> = {
    name,
    infer: ([x]) => one(x.shape, x.dtype),
    vjp: (g, { inputs: [x] }) => [vjp(g, x)],
    compose: ({ inputs: [x] }) => [square(x)],
  };
  return (x: Expr): Expr => apply1(op, [x] as const, null);
};

const at = [tensor(Float64Array.of(0.5, -1.25, 2))];
const problem = (build: Problem["build"], order: 1 | 2 | 3 = 3): Problem => ({ name: "x²", at, build, order });

it("accepts a right derivative of every order", async () => {
  expect(await gradientErrors([problem(squareWith("right", (g, x) => mul(g, mul(2, x))))])).toEqual([]);
});

it("notices a derivative that is off by 1e-5 of itself", async () => {
  const errors = await gradientErrors([problem(squareWith("off", (g, x) => mul(g, mul(2 + 2e-5, x))))]);
  expect(errors.filter((e) => e.startsWith("x²: order 1")).length).toBeGreaterThan(0);
});

it("notices a derivative that is right but cannot be differentiated again", async () => {
  const once = squareWith("once", (g, x) => mul(g, stopGradient(mul(2, x))));
  expect(await gradientErrors([problem(once, 1)])).toEqual([]);
  const errors = await gradientErrors([problem(once, 2)]);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.every((e) => e.startsWith("x²: order 2"))).toBe(true);
});

it("notices NaN, and a gradient that is zero or not when the problem says otherwise", async () => {
  const nan = squareWith("nan", (g) => mul(g, Number.NaN));
  expect((await gradientErrors([problem(nan, 1)])).length).toBeGreaterThan(0);
  expect(await gradientErrors([problem(stopGradient, 1)])).toContain("x²: its gradient is zero");
  expect(await gradientErrors([{ ...problem(sin, 1), flat: true }])).toEqual(["x²: its gradient is not zero"]);
});

it("tells several problems apart", async () => {
  const wrong = squareWith("wrong", (g, x) => mul(g, x));
  const errors = await gradientErrors([
    { ...problem(sin), name: "first" },
    { ...problem(wrong), name: "second" },
    { ...problem((x) => add(x, 1)), name: "third" },
  ]);
  expect(new Set(errors.map((e) => e.split(":")[0]))).toEqual(new Set(["second"]));
});

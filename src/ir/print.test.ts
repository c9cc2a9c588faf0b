import { expect, it } from "vitest";
import { grad } from "../autodiff/grad.js";
import * as ops from "../ops/index.js";
import { apply1, type Expr, type Op, one } from "./expr.js";
import { print } from "./print.js";

it("prints a program as one line a node", () => {
  const x = ops.input("x", [4, 2]);
  const w = ops.input("w", [2, 3]);
  const h = ops.tanh(ops.matmul(x, w));
  const energy = ops.mul(0.5, ops.sum(ops.square(h), -1));
  expect(print([energy])).toBe(`%0 = constant(0.5) : float32 ()
%1 = input(x) : float32 (4, 2)
%2 = input(w) : float32 (2, 3)
%3 = matmul(%1, %2, {"transposeA":false,"transposeB":false}) : float32 (4, 3)
%4 = tanh(%3) : float32 (4, 3)
%5 = mul(%4, %4) : float32 (4, 3)
%6 = sum(%5, [1]) : float32 (4)
%7 = mul(%0, %6) : float32 (4)
return %7`);
});

it("shows several results, loops and large constants", () => {
  const x = ops.input("x", [3, 2], "float64");
  const { values, order } = ops.sort(x);
  const { state } = ops.scan({ init: { s: ops.zerosLike(ops.sum(x, 0)) }, xs: { v: values } }, ({ s }, { v }) => ({
    state: { s: ops.add(s, v) },
  }));
  expect(print([state.s, order, ops.arange(5)])).toBe(`%0 = constant(0) : float64 ()
%1 = broadcastTo(%0, [2]) : float64 (2)
%2 = input(x) : float64 (3, 2)
%3 = sort(%2, 1) : float64 (3, 2), int64 (3, 2)
%4 = scan(%1, %3#0, 3 steps of 1 states, 1 inputs) : float64 (2)
%5 = constant(…) : float32 (5)
return %4, %3#1, %5`);
});

it("prints the gradient of a square as one product", () => {
  const x = ops.input("x", []);
  const [g] = grad(ops.square(x), [x]);
  expect(print([g])).toBe(`%0 = input(x) : float32 ()
%1 = add(%0, %0) : float32 ()
return %1`);
});

it("prints parameters that JSON has no text for", () => {
  const op: Op<unknown, readonly [Expr]> = { name: "mine", infer: ([x]) => one(x.shape, x.dtype) };
  const y = apply1(op, [ops.input("x", [])], { low: Number.NEGATIVE_INFINITY, high: Number.NaN, count: 3n });
  expect(print([y])).toContain('mine(%0, {"low":-Infinity,"high":NaN,"count":3n})');
});

import { expect, it } from "vitest";
import { grad } from "../autodiff/grad.js";
import { lower } from "../onnx/lower.js";
import * as ops from "../ops/index.js";
import type { Expr, Node } from "./expr.js";
import { dependents, topologicalOrder } from "./order.js";
import { print } from "./print.js";

const f = (...shape: number[]): Expr => ops.input("x", shape);

it("puts operands before users, each node once", () => {
  const [x, y] = [f(2), f(2)];
  const s = ops.add(ops.sin(x), y);
  const t = ops.mul(s, ops.exp(s));
  const order = topologicalOrder([t, s]);
  expect(new Set(order).size).toBe(order.length);
  expect(order.length).toBe(6);
  const seen = new Set<Node>();
  for (const node of order) {
    expect(node.inputs.every((e) => seen.has(e.node))).toBe(true);
    seen.add(node);
  }
});

it("does not enter what it is told to stop at", () => {
  const x = f(2);
  const s = ops.sin(x);
  const t = ops.exp(ops.add(s, x));
  const order = topologicalOrder([t], (node) => node === s.node);
  expect(order.map((n) => n.op.name)).toEqual(["input", "add", "exp"]);
  expect(topologicalOrder([s], (node) => node === s.node)).toEqual([]);
});

it("finds what depends on a source", () => {
  const [x, y] = [f(2), f(2)];
  const t = ops.mul(ops.sin(x), ops.cos(y));
  const found = dependents(topologicalOrder([t]), [x]);
  expect([...found].map((n) => n.op.name)).toEqual(["input", "sin", "mul"]);
});

it("walks, prints, differentiates and lowers a chain of 100 000 nodes", () => {
  const x = f();
  let y: Expr = x;
  for (let i = 0; i < 50_000; i++) y = ops.sin(ops.mul(y, 1.5));
  expect(topologicalOrder([y]).length).toBe(100_002);
  expect(print([y]).split("\n").length).toBe(100_003);
  expect(grad(y, [x])[0].shape).toEqual([]);
  expect(lower({ x }, { y }).length).toBeGreaterThan(1e6);
});

it("visits a ladder of shared nodes once each, not once a path", () => {
  let y = f();
  for (let i = 0; i < 200; i++) y = ops.add(ops.sin(y), ops.cos(y));
  expect(topologicalOrder([y]).length).toBe(601);
});

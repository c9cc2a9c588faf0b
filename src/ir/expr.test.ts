import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import * as ops from "../ops/index.js";
import { tensor } from "../util/tensor.js";
import type { Expr } from "./expr.js";

const f = (...shape: number[]): Expr => ops.input("x", shape);
const nameOf = (e: Expr): string => e.node.op.name;

describe("a node is made once", () => {
  it("for the same operation, operands and parameters", () => {
    const [x, y] = [f(2, 3), f(2, 3)];
    expect(ops.add(x, y)).toBe(ops.add(x, y));
    expect(ops.sum(ops.exp(x), [0, 1])).toBe(ops.sum(ops.exp(x)));
    expect(ops.mul(x, 2)).toBe(ops.mul(x, ops.scalar(2)));
    expect(ops.sort(x).order).toBe(ops.sort(x, 1).order);
    expect(ops.slice(x, 1, 0, -1)).toBe(ops.slice(x, -1, 0, 2));
  });

  it("and another where any of them differs", () => {
    const [x, y] = [f(2, 3), f(2, 3)];
    expect(ops.sub(x, y)).not.toBe(ops.sub(y, x));
    expect(ops.sum(x, 0)).not.toBe(ops.sum(x, 1));
    expect(ops.sort(x).order).not.toBe(ops.sort(x).values);
    expect(ops.input("x", [2])).not.toBe(ops.input("x", [2]));
    expect(ops.matmul(x, y, { transposeA: true })).not.toBe(ops.matmul(x, y, { transposeB: true }));
  });

  it("and constants are told apart by value, width, shape and the sign of zero", () => {
    const make = (data: Float32Array | Float64Array, shape: number[]): Expr => ops.constant(tensor(data, shape));
    const one = make(Float32Array.of(1, 2), [2]);
    expect(make(Float32Array.of(1, 2), [2])).toBe(one);
    expect(make(Float64Array.of(1, 2), [2])).not.toBe(one);
    expect(make(Float32Array.of(1, 2), [1, 2])).not.toBe(one);
    expect(ops.scalar(0)).not.toBe(ops.scalar(-0));
    const [large, same] = [new Float32Array(100), new Float32Array(100)];
    expect(make(large, [100])).toBe(make(large, [100]));
    expect(make(large, [100])).not.toBe(make(large, [10, 10]));
    expect(make(large, [100])).not.toBe(make(same, [100]));
  });
});

describe("simpler where equal", () => {
  const x = f(2, 3);
  const same: Record<string, Expr> = {
    "x + 0": ops.add(x, 0),
    "0 + x": ops.add(0, x),
    "x − 0": ops.sub(x, 0),
    "x · 1": ops.mul(x, 1),
    "1 · x": ops.mul(1, x),
    "x / 1": ops.div(x, 1),
    "− − x": ops.neg(ops.neg(x)),
    "x¹": ops.pow(x, 1),
    "x + zeros": ops.add(x, ops.zerosLike(x)),
    "ones · x": ops.mul(ops.full([2, 3], 1), x),
    "− 1 · − x": ops.mul(-1, ops.neg(x)),
    "reshaped and back": ops.reshape(ops.reshape(x, [6]), [2, 3]),
    "transposed twice": ops.transpose(ops.transpose(x)),
    "summed over no axis": ops.sum(x, []),
    "sliced whole": ops.slice(x, 1, 0),
    "padded by nothing": ops.pad(x, 0, 0, 0),
    "joined alone": ops.concat([x]),
    "cast to its dtype": ops.cast(x, "float32"),
    "spread to its shape": ops.broadcastTo(x, [2, 3]),
    "a choice of itself": ops.where(ops.less(x, 0), x, x),
    "an axis in and out": ops.squeeze(ops.expandDims(x, 1), 1),
  };
  it.each(Object.entries(same))("%s is x", (_, e) => expect(e).toBe(x));

  it("but not where a NaN, an infinity or a shape would be lost", () => {
    expect(nameOf(ops.mul(x, 0))).toBe("mul");
    expect(nameOf(ops.sub(x, x))).toBe("sub");
    expect(nameOf(ops.div(x, x))).toBe("div");
    expect(ops.add(ops.full([4, 2, 3], 0), x).shape).toEqual([4, 2, 3]);
    expect(ops.mul(ops.full([4, 2, 3], 1), x).shape).toEqual([4, 2, 3]);
    expect(ops.where(ops.less(f(4, 2, 3), 0), x, x).shape).toEqual([4, 2, 3]);
  });

  it("two moves become one", () => {
    expect(ops.reshape(ops.reshape(x, [6]), [3, 2])).toBe(ops.reshape(x, [3, 2]));
    expect(ops.slice(ops.slice(x, 1, 1), 1, 1)).toBe(ops.slice(x, 1, 2));
    expect(ops.broadcastTo(ops.broadcastTo(x, [1, 2, 3]), [4, 2, 3])).toBe(ops.broadcastTo(x, [4, 2, 3]));
    const y = f(2, 3, 4);
    expect(ops.transpose(ops.transpose(y, [1, 2, 0]), [1, 0, 2])).toBe(ops.transpose(y, [2, 1, 0]));
  });

  it("the right matrix is scaled by the row that scales columns of the left, however few rows that has", () => {
    const [tall, w, r] = [f(8, 3), f(3, 2), f(3)];
    const scaled = ops.matmul(tall, ops.mul(w, ops.reshape(r, [3, 1])));
    expect(ops.matmul(ops.mul(tall, r), w)).toBe(scaled);
    expect(ops.matmul(ops.mul(r, tall), w)).toBe(scaled);
    const few = f(2, 3);
    expect(ops.matmul(ops.mul(few, r), w)).toBe(ops.matmul(few, ops.mul(w, ops.reshape(r, [3, 1]))));
    // Of two single rows it is not said which scales the other.
    expect(nameOf(ops.matmul(ops.mul(f(1, 3), f(1, 3)), w).node.inputs[0]!)).toBe("mul");
    expect(nameOf(ops.matmul(ops.mul(tall, f(8, 1)), w).node.inputs[0]!)).toBe("mul");
  });

  it("an operand that was only repeated is taken as it was", () => {
    const row = f(3);
    expect(ops.mul(ops.broadcastTo(row, [2, 3]), x)).toBe(ops.mul(row, x));
    expect(ops.add(x, ops.broadcastTo(row, [2, 3]))).toBe(ops.add(x, row));
    // Both repeated: one of them has to carry the shape.
    const both = ops.mul(ops.broadcastTo(row, [2, 3]), ops.broadcastTo(f(1), [2, 3]));
    expect(both.shape).toEqual([2, 3]);
  });

  it("constants fold, in the rounding of their width", () => {
    const value = (e: Expr): number | undefined => ops.constantValue(e);
    expect(value(ops.exp(ops.scalar(1)))).toBe(Math.fround(Math.E));
    expect(value(ops.exp(ops.scalar(1, "float64")))).toBe(Math.E);
    expect(value(ops.add(ops.scalar(0.1), 0.2))).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
    expect(value(ops.softplus(ops.scalar(1)))).toBeUndefined();
    const spread = ops.mul(ops.full([2, 3], 3), ops.full([3], 2));
    expect([spread.shape, value(spread)]).toEqual([[2, 3], 6]);
    expect(value(ops.reshape(ops.full([2, 3], 3), [6]))).toBe(3);
    expect(value(ops.slice(ops.full([4], 3), 0, 1, 2))).toBe(3);
    expect(nameOf(ops.matmul(f(4, 1), f(1, 3)))).toBe("mul");
  });
});

it("forgets nodes that nobody holds, and keeps those that somebody does", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const x = f(3);
  const held = ops.sin(x);
  const lost = ((): number => ops.cos(x).node.id)();
  for (let attempt = 0; attempt < 5; attempt++) {
    await setTimeout(1);
    collect();
  }
  expect(ops.sin(x)).toBe(held);
  expect(ops.cos(x).node.id).not.toBe(lost);
});

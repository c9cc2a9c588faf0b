import { describe, expect, it } from "vitest";
import { grad } from "../autodiff/grad.js";
import * as ops from "../ops/index.js";
import { tensor } from "../util/tensor.js";
import type { Expr } from "./expr.js";
import { bytesOf, peakBytes } from "./memory.js";

/** A vector of a thousand numbers: 4,000 bytes. */
const vector = (name = "x"): Expr => ops.input(name, [1000]);
const peak = (inputs: readonly Expr[], ...results: Expr[]): number => peakBytes(inputs, results);

describe("a program holds", () => {
  it("its inputs and results, used or not", () => {
    const [x, y] = [vector(), vector("y")];
    expect(peak([x, y], ops.exp(x))).toBe(12000);
    expect(peak([x], x)).toBe(4000);
    expect(peak([x], ops.exp(x), ops.exp(ops.exp(x)))).toBe(12000);
  });

  it("another value until it is read last", () => {
    const x = vector();
    let y = x;
    for (let i = 0; i < 10; i++) y = ops.exp(y);
    expect(peak([x], y)).toBe(12000);
    expect(peak([x], ops.add(ops.exp(x), ops.sin(x)))).toBe(16000);
    // The first of ten is read at the end.
    expect(peak([x], ops.add(y, ops.exp(x)))).toBe(16000);
  });

  it("a value once, whatever shape it is read in", () => {
    const x = vector();
    const e = ops.exp(x);
    expect(peak([x], ops.reshape(ops.stopGradient(e), [10, 100]))).toBe(8000);
    const rows = ops.reshape(e, [10, 100]);
    // `e` is not read after the sine, and is there until the rows are.
    expect(peak([x], ops.mul(ops.reshape(ops.cos(ops.sin(e)), [10, 100]), rows))).toBe(16000);
  });

  it("constants once", () => {
    const x = vector();
    const c = ops.constant(tensor(new Float32Array(1000)));
    expect(peak([x], ops.mul(x, c))).toBe(12000);
    expect(peak([x], ops.mul(ops.mul(x, c), c))).toBe(16000);
  });

  it("what an operation is made of where the engine has none", () => {
    const x = vector();
    expect(peak([x], ops.silu(x))).toBe(12000);
  });

  it("as many bytes a number as its type has", () => {
    expect(
      (["float32", "float64", "int64", "bool"] as const).map((dtype) => bytesOf({ shape: [2, 3], dtype })),
    ).toEqual([24, 48, 48, 6]);
    const x = ops.input("x", [1000], "float64");
    expect(peak([x], ops.less(x, ops.exp(x)))).toBe(17000);
  });

  it("every layer of a network, where its derivative is taken, and two where it is not", () => {
    const weights = ops.input("w", [8, 8]);
    const network = (layers: number): Expr => {
      let h: Expr = ops.input("x", [1000, 8]);
      for (let i = 0; i < layers; i++) h = ops.tanh(ops.matmul(h, weights));
      return ops.sum(h);
    };
    const growth = (program: (layers: number) => number): number => (program(30) - program(10)) / 20 / 32000;
    expect(growth((n) => peak([], network(n)))).toBe(0);
    expect(growth((n) => peak([], grad(network(n), [weights])[0]))).toBe(1);
  });
});

describe("a loop holds", () => {
  const walk = (x: Expr, xs: Expr, more: (s: Expr) => Expr = (s) => s) =>
    ops.scan({ init: { s: x }, xs: { z: xs } }, ({ s }, { z }) => {
      const next = ops.add(ops.exp(more(s)), z);
      return { state: { s: next }, outputs: { path: next } };
    });

  it("one step of its body, and its paths whole", () => {
    const [x, xs] = [vector(), ops.input("xs", [5, 1000])];
    const { state, outputs } = walk(x, xs);
    // Outside: x and xs, the state and the path. Inside: the state, a fifth of xs, the exponential, the next state.
    expect(peak([x, xs], state.s, outputs.path)).toBe(2 * 24000 + 16000);
  });

  it("what it takes from outside once, and there", () => {
    const [x, xs, c] = [vector(), ops.input("xs", [5, 1000]), vector("c")];
    const { state, outputs } = walk(x, xs, (s) => ops.mul(s, ops.exp(c)));
    // Inside the product is there as well, and is gone when the next state is.
    expect(peak([x, xs, c], state.s, outputs.path)).toBe(2 * 24000 + 2 * 4000 + 16000);
    const further = ops.repeatWhile(
      { init: { s: x }, most: ops.scalar(3, "int64"), condition: () => ops.less(ops.sum(c), 1) },
      ({ s }) => ({ s: ops.exp(s) }),
    );
    const small = 100;
    expect(Math.abs(peak([x, c], further.s) - (3 * 4000 + 8000))).toBeLessThan(small);
  });
});

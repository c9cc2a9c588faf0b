import { describe, expect, it } from "vitest";
import { countTypes, readModel } from "../../test/support/onnx-reader.js";
import type { Expr } from "../ir/expr.js";
import { topologicalOrder } from "../ir/order.js";
import { lower } from "../onnx/lower.js";
import * as ops from "../ops/index.js";
import { evaluate } from "../runtime/program.js";
import { floats, tensor } from "../util/tensor.js";
import { grad, hvp, jvp, rowJacobian, rowTrace, rowTraceEstimate, vjp } from "./grad.js";

const constant = (shape: readonly number[], ...values: number[]): Expr =>
  ops.constant(tensor(Float64Array.from(values), shape));
const compute = async (y: Expr): Promise<number[]> => [...floats((await evaluate({ y })).y)];
const close = (got: readonly number[], expected: readonly number[]): void => {
  expect(got.length).toBe(expected.length);
  for (const [i, v] of got.entries()) expect(v).toBeCloseTo(expected[i]!, 12);
};

/** Quadratic form with an asymmetric matrix: gradient (A + Aᵀ) x, Hessian A + Aᵀ. */
const A = [2, 1, 0, -1, 3, 0.5, 4, 0, 1];
const symmetric = [0, 1, 2].map((i) => [0, 1, 2].map((j) => A[3 * i + j]! + A[3 * j + i]!));
const point = [0.5, -1, 2];
const direction = [1, 0.25, -2];
const quadratic = (x: Expr): Expr =>
  ops.sum(ops.mul(ops.reshape(ops.matmul(constant([3, 3], ...A), ops.reshape(x, [3, 1])), [3]), x));
const times = (v: readonly number[]): number[] => symmetric.map((row) => row.reduce((s, a, j) => s + a * v[j]!, 0));

describe("a quadratic form", () => {
  const x = constant([3], ...point);
  const v = constant([3], ...direction);

  it("has gradient, Hessian product and third derivative", async () => {
    close(await compute(grad(quadratic(x), [x])[0]), times(point));
    close(await compute(hvp(quadratic(x), x, v)), times(direction));
    close(await compute(grad(ops.sum(ops.mul(hvp(quadratic(x), x, v), v)), [x])[0]), [0, 0, 0]);
  });

  it("has its differential along a direction", async () => {
    const slope = times(point).reduce((s, g, i) => s + g * direction[i]!, 0);
    close(await compute(jvp(quadratic(x), x, v)), [slope]);
  });
});

describe("what is differentiated", () => {
  it("may be any expression, which then counts as independent", async () => {
    const x = constant([2], 0.7, -0.3);
    const s = ops.sin(x);
    const [ds, dx] = grad(ops.sum(ops.mul(s, ops.mul(s, x))), [s, x]);
    close(await compute(ds), [2 * Math.sin(0.7) * 0.7, 2 * Math.sin(0.3) * 0.3]);
    close(await compute(dx), [Math.sin(0.7) ** 2, Math.sin(0.3) ** 2]);
  });

  it("is zero where nothing depends on it, and one for itself", async () => {
    const [x, y] = [constant([2], 1, 2), constant([], 3)];
    const [gx, gy] = grad(y, [x, y]);
    close(await compute(gx), [0, 0]);
    close(await compute(gy), [1]);
  });

  it("may be one result of an operation while another is used as well", async () => {
    const x = constant([], 0.5);
    // a ← a² and b ← a b, twice: from a = x, b = 1 comes a = x⁴ and b = x³.
    const { state } = ops.scan({ init: { a: x, b: ops.scalar(1, "float64") }, length: 2 }, ({ a, b }) => ({
      state: { a: ops.square(a), b: ops.mul(a, b) },
    }));
    const [da, dx] = grad(ops.mul(state.a, state.b), [state.a, x]);
    close(await compute(da), [0.5 ** 3]);
    close(await compute(dx), [0.5 ** 4 * 3 * 0.5 ** 2]);
  });

  it("is weighed by given cotangents", async () => {
    const x = constant([2], 0.5, 2);
    const [g] = vjp([ops.square(x), ops.exp(x)], [constant([2], 1, -1), null], [x]);
    close(await compute(g), [1, -4]);
  });
});

describe("forward derivatives", () => {
  it("pass through every kind of operation", async () => {
    const x = constant([2], 0.5, -1);
    const v = constant([2], 2, 0.5);
    close(await compute(jvp(x, x, v)), [2, 0.5]);
    close(await compute(jvp(ops.maximum(x, 0), x, v)), [2, 0]);
    close(await compute(jvp(ops.scalar(1, "float64"), x, v)), [0]);
    close(await compute(jvp(ops.gather(x, ops.argmax(x, 0)), x, v)), [2]);
  });

  it("pass through a loop", async () => {
    const [x, v] = [constant([], 0.5), constant([], 2)];
    const w = constant([3], 1, 2, 3);
    const { state, outputs } = ops.scan({ init: { h: x }, xs: { k: w } }, ({ h }, { k }) => ({
      state: { h: ops.mul(k, ops.square(h)) },
      outputs: { h },
    }));
    // h: x, x², 2 x⁴, 12 x⁸.
    close(await compute(jvp(state.h, x, v)), [2 * 12 * 8 * 0.5 ** 7]);
    close(await compute(jvp(outputs.h, x, v)), [2, 2 * 2 * 0.5, 2 * 8 * 0.5 ** 3]);
  });
});

describe("row by row", () => {
  // y = (x₀ x₁, sin x₀, x₁²) for each row.
  const rows = [0.5, -1, 2, 0.25];
  const x = constant([2, 2], ...rows);
  const [a, b] = [ops.slice(x, 1, 0, 1), ops.slice(x, 1, 1, 2)];
  const jacobianOf = (p: number, q: number): number[] => [q, p, Math.cos(p), 0, 0, 2 * q];

  it("the Jacobian", async () => {
    const y = ops.concat([ops.mul(a, b), ops.sin(a), ops.square(b)], 1);
    const j = rowJacobian(y, x);
    expect(j.shape).toEqual([2, 3, 2]);
    close(await compute(j), [...jacobianOf(0.5, -1), ...jacobianOf(2, 0.25)]);
  });

  it("its trace, exactly and as Hutchinson's quadratic form", async () => {
    const y = ops.concat([ops.mul(a, b), ops.square(b)], 1);
    close(await compute(rowTrace(y, x)), [-1 + 2 * -1, 0.25 + 2 * 0.25]);
    const v = constant([2, 2], 1, -1, 2, 0.5);
    // vᵀ [[q, p], [0, 2q]] v
    const form = (p: number, q: number, s: number, t: number): number => q * s * s + p * s * t + 2 * q * t * t;
    close(await compute(rowTraceEstimate(y, x, v)), [form(0.5, -1, 1, -1), form(2, 0.25, 2, 0.5)]);
  });
});

describe("a flat vector of parameters", () => {
  const n = 2 * 8 + 8 + 8 * 8 + 8 + 8;
  const theta = ops.input("theta", [n]);
  const x = ops.input("x", [16, 2]);
  let at = 0;
  const take = (...shape: number[]): Expr => {
    const size = shape.reduce((s, k) => s * k, 1);
    at += size;
    return ops.reshape(ops.slice(theta, 0, at - size, at), shape);
  };
  const [w1, b1, w2, b2, w3] = [take(2, 8), take(8), take(8, 8), take(8), take(8, 1)];
  const h = ops.silu(ops.affine(x, w1!, b1!));
  const energy = ops.matmul(ops.silu(ops.affine(h, w2!, b2!)), w3!);

  const opsOf = (y: Expr): string[] => topologicalOrder([y]).map((node) => node.op.name);

  it("gets its gradient from one concatenation: nothing of its size is padded or added", () => {
    const [g] = grad(ops.sum(energy), [theta]);
    expect(g.node.op.name).toBe("concat");
    expect(opsOf(g).filter((op) => op === "concat" || op === "pad")).toEqual(["concat"]);
    const fullSize = topologicalOrder([g]).filter((node) => node.outputs.some((e) => e.shape[0] === n));
    expect(fullSize.map((node) => node.op.name).sort()).toEqual(["concat", "input"]);
    const counts = countTypes(readModel(lower({ theta, x }, { g })).graph);
    expect(counts.Concat).toBe(1);
    expect(counts.Pad).toBeUndefined();
  });

  it("also when a part of it is used twice, not at all, or through two slices", async () => {
    const v = constant([6], 1, 2, 3, 4, 5, 6);
    const [a, b] = [ops.slice(v, 0, 1, 3), ops.slice(v, 0, 4, 5)];
    const [g] = grad(ops.add(ops.sum(ops.mul(a, ops.square(a))), ops.sum(ops.square(b))), [v]);
    expect(opsOf(g)).not.toContain("pad");
    close(await compute(g), [0, 12, 27, 0, 10, 0]);
    const overlapping = ops.sum(ops.mul(ops.slice(v, 0, 0, 4), ops.slice(v, 0, 2, 6)));
    close(await compute(grad(overlapping, [v])[0]), [3, 4, 1 + 5, 2 + 6, 3, 4]);
  });

  it("and its second derivative is right", async () => {
    const v = constant([5], 0.5, -1, 2, 0.25, 1);
    const f = (e: Expr): Expr => {
      const [p, q, r] = [ops.slice(e, 0, 0, 2), ops.slice(e, 0, 2, 4), ops.slice(e, 0, 4)];
      return ops.mul(ops.sum(ops.mul(ops.square(p), q)), ops.sum(r));
    };
    const u = constant([5], 1, 1, 1, 1, 1);
    const [p0, p1, q0, q1, r] = [0.5, -1, 2, 0.25, 1];
    const row = (p: number, q: number): number => 2 * q * r + 2 * p * r + 2 * p * q;
    const last = 2 * p0 * q0 + 2 * p1 * q1 + p0 * p0 + p1 * p1;
    close(await compute(hvp(f(v), v, u)), [row(p0, q0), row(p1, q1), 2 * p0 * r + p0 ** 2, 2 * p1 * r + p1 ** 2, last]);
  });
});

describe("a constant", () => {
  // y = Π (c + k) over k = 1, 2, 3 by a loop: dy/dc = y Σ 1/(c + k).
  const product = (c: Expr): Expr =>
    ops.scan({ init: { y: ops.scalar(1, "float64") }, xs: { k: constant([3], 1, 2, 3) } }, ({ y }, { k }) => ({
      state: { y: ops.mul(y, ops.add(c, k)) },
    })).state.y;

  it("that a loop reads is differentiated by behind stopGradient", async () => {
    const c = ops.stopGradient(constant([], 0.5));
    const y = 1.5 * 2.5 * 3.5;
    close(await compute(product(c)), [y]);
    close(await compute(grad(product(c), [c])[0]), [y * (1 / 1.5 + 1 / 2.5 + 1 / 3.5)]);
  });
});

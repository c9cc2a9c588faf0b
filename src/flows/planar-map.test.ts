import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { input } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { cast, tensor } from "../util/tensor.js";
import { planarMap, ridgeRoot } from "./planar-map.js";

const key = makeKey(19);

/** Slopes from the steepest valley there is to steep ridges, and targets of every size and sign. */
const slopes = [-0.999, -0.99, -0.9, -0.5, -1e-6, 0, 1e-6, 0.3, 1, 7, 100, 1e4, 1e6];
const targets = [0, 1e-12, 1e-6, 1e-3, 0.01, 0.1, 0.5, 1, 2, 5, 20, 99, 1e3, 9.99e5, 1e6].flatMap((v) => [v, -v]);
const grid = slopes.flatMap((c) => targets.map((a) => [a, c] as const));
const tensorOf = (which: 0 | 1) =>
  tensor(
    Float64Array.from(grid, (pair) => pair[which]),
    [grid.length],
  );

describe("the root of α + c tanh α = a", () => {
  it.each(["float32", "float64"] as const)("is one to the last bits, in %s", async (dtype) => {
    const [a, c] = [input("a", [grid.length], dtype), input("c", [grid.length], dtype)];
    const program = await compile({ a, c }, { root: ridgeRoot(a, c) });
    const given = { a: cast(tensorOf(0), dtype), c: cast(tensorOf(1), dtype) };
    const root = numbers((await program.run(given)).root!);
    const unit = dtype === "float32" ? 2 ** -23 : 2 ** -52;
    for (const [i, t] of root.entries()) {
      const [target, by] = [given.a.data[i]!, given.c.data[i]!];
      const left = t + by * Math.tanh(t) - target;
      const size = Math.abs(t) + Math.abs(by * Math.tanh(t)) + Math.abs(target);
      expect(Math.abs(left), `a ${target}, c ${by}`).toBeLessThanOrEqual(8 * unit * size);
    }
  });

  it("has the derivatives of the root, up to the third", async () => {
    const points = [
      [0.4, -0.9],
      [-1.3, -0.5],
      [0.7, 0.3],
      [2, 4],
      [-0.2, -0.99],
    ] as const;
    const n = points.length;
    const [a, c] = [input("a", [n], "float64"), input("c", [n], "float64")];
    const root = ridgeRoot(a, c);
    const [byA, byC] = grad(sum(root), [a, c]);
    const [second, mixed] = grad(sum(byA), [a, c]);
    const [third] = grad(sum(second), [a]);
    const program = await compile({ a, c }, { root, byA, byC, second, mixed, third });
    const of = (which: 0 | 1) =>
      tensor(
        Float64Array.from(points, (p) => p[which]),
        [n],
      );
    const found = await program.run({ a: of(0), c: of(1) });
    const value = (name: keyof typeof found, i: number): number => numbers(found[name])[i]!;
    for (const [i, [, by]] of points.entries()) {
      // g(α) = α + c tanh α, so α′ = 1/g′, α″ = −g″/g′³, α‴ = (3 g″² − g′ g‴)/g′⁵, with h = tanh α, k = 1 − h².
      const h = Math.tanh(value("root", i));
      const k = 1 - h * h;
      const [g1, g2, g3] = [1 + by * k, -2 * by * h * k, by * k * (6 * h * h - 2)];
      const near = (name: keyof typeof found, expected: number): void =>
        expect(value(name, i) / expected, `${name} at ${points[i]!.join()}`).toBeCloseTo(1, 9);
      near("byA", 1 / g1);
      near("byC", -h / g1);
      near("second", -g2 / g1 ** 3);
      near("mixed", (-k * g1 + h * g2) / g1 ** 3);
      near("third", (3 * g2 * g2 - g1 * g3) / g1 ** 5);
    }
  });
});

describe("a planar map", () => {
  it("is what the paper says, and can be undone whatever its numbers", async () => {
    const [n, d] = [200, 3];
    const map = planarMap({ d, hidden: [], activation: "silu" });
    const [x, params] = [input("x", [n, d], "float64"), input("params", [map.layout.size], "float64")];
    const { y, logDet } = map.forward(x, params);
    const back = map.inverse(y, params);
    const program = await compile({ x, params }, { y, logDet, x: back.x, back: back.logDet });
    const points = normal(fold(key, "x"), [n, d], "float64");
    for (const scale of [0.3, 1, 3]) {
      const flat = normal(fold(key, `${scale}`), [map.layout.size], "float64").data.map((v) => scale * v);
      // One that folds space unless it is kept from it: wᵀu far below −1.
      for (const sign of [1, -1]) {
        const given = flat.map((v, i) => (i >= d && i < 2 * d ? sign * Math.abs(v) * Math.sign(flat[i - d]!) : v));
        const found = await program.run({ x: points, params: tensor(given) });
        const [w, u0] = [given.slice(0, d), given.slice(d, 2 * d)];
        const dot = (p: ArrayLike<number>, q: ArrayLike<number>): number =>
          Array.from(p).reduce((s, v, i) => s + v * q[i]!, 0);
        const m = -1 + 1e-3 + Math.log1p(Math.exp(dot(w, u0) + Math.log(Math.expm1(1 - 1e-3))));
        const u = u0.map((v, i) => v + ((m - dot(w, u0)) * w[i]!) / dot(w, w));
        expect(dot(w, u)).toBeCloseTo(m, 9);
        expect(m).toBeGreaterThan(-1);
        for (let row = 0; row < n; row++) {
          const at = points.data.slice(row * d, (row + 1) * d);
          const h = Math.tanh(dot(w, at) + given[2 * d]!);
          const slope = 1 + m * (1 - h * h);
          expect(numbers(found.logDet!)[row]).toBeCloseTo(Math.log(slope), 9);
          expect(numbers(found.back!)[row]).toBeCloseTo(-Math.log(slope), 7);
          for (let j = 0; j < d; j++) {
            expect(numbers(found.y!)[row * d + j]).toBeCloseTo(at[j]! + u[j]! * h, 9);
            expect(Math.abs(numbers(found.x!)[row * d + j]! - at[j]!)).toBeLessThan(1e-10);
          }
        }
      }
    }
  });

  it("has a direction to begin with, and is the identity without one", async () => {
    const map = planarMap({ d: 2, hidden: [], activation: "silu" });
    const start = map.init(key);
    expect(Math.hypot(start[0]!, start[1]!)).toBeGreaterThan(0.01);
    expect([...start.slice(2)]).toEqual([0, 0, 0]);
    const [x, params] = [input("x", [3, 2]), input("params", [5])];
    const { y, logDet } = map.forward(x, params);
    const [g] = grad(sum(y), [params]);
    const program = await compile({ x, params }, { y, logDet, g });
    const points = tensor(Float32Array.of(1, 2, -3, 4, 0, 0), [3, 2]);
    const found = await program.run({ x: points, params: tensor(new Float32Array(5)) });
    for (const [i, v] of numbers(found.y!).entries()) expect(v).toBeCloseTo(points.data[i]!, 6);
    for (const v of [...numbers(found.logDet!), ...numbers(found.g!)]) expect(Number.isFinite(v)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { determinant } from "../../test/support/determinant.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { rowJacobian } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { topologicalOrder } from "../ir/order.js";
import { made } from "../nn/made.js";
import { mlp } from "../nn/mlp.js";
import { constant, input } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { compile, evaluate } from "../runtime/program.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { affineTransform } from "./affine-transform.js";
import { autoregressive } from "./autoregressive.js";
import type { Bijector } from "./bijector.js";
import type { ScalarTransform } from "./coupling.js";
import { makeFlow } from "./flow.js";
import { gaussianBase } from "./gaussian-base.js";
import { splineTransform } from "./spline-transform.js";

const key = makeKey(17);
const N = 6;
const affine = affineTransform(2);
const layer = (
  d: number,
  parallel: "forward" | "inverse",
  reversed = false,
  transform: ScalarTransform = affine,
): Bijector => autoregressive({ d, parallel, reversed, hidden: [12], activation: "silu" }, transform);

interface Found {
  /** Entries of `∂y/∂x` that are not zero. */
  readonly pattern: readonly string[];
  /** Largest differences: `log |det ∂y/∂x|` from the one it says, and a point from where it comes back to. */
  readonly logDet: number;
  readonly back: number;
}

/** What is true of a map of points of d coordinates, whose parameters are all drawn. */
async function look(map: Bijector, d: number): Promise<Found> {
  const [x, params] = [input("x", [N, d], "float64"), input("params", [map.layout.size], "float64")];
  const { y, logDet } = map.forward(x, params);
  const back = map.inverse(y, params).x;
  const program = await compile({ x, params }, { y, logDet, jacobian: rowJacobian(y, x), x: back });
  const points = normal(fold(key, "x"), [N, d], "float64");
  const drawn = normal(fold(key, "params"), [map.layout.size], "float64").data.map((v) => 0.4 * v);
  const found = (await program.run({ x: points, params: tensor(drawn) })) as Record<
    "logDet" | "jacobian" | "x",
    Tensor
  >;
  const all = numbers(found.jacobian);
  const entries = (i: number, j: number): number[] => Array.from({ length: N }, (_, n) => all[(n * d + i) * d + j]!);
  const logs = Array.from({ length: N }, (_, n) =>
    Math.log(Math.abs(determinant(all.slice(n * d * d, (n + 1) * d * d), d))),
  );
  return {
    pattern: Array.from({ length: d }, (_, i) =>
      Array.from({ length: d }, (_, j) => (entries(i, j).some((v) => v !== 0) ? "x" : ".")).join(""),
    ),
    logDet: worstDifference(found.logDet, tensor(Float64Array.from(logs))),
    back: worstDifference(found.x, points),
  };
}

/** The affine map in the parallel direction, made of any network. */
function affineMap(net: ReturnType<typeof made>): Bijector {
  const theta = (x: Expr, params: Expr): Expr => net.apply(params, x);
  return {
    layout: net.layout,
    init: net.init,
    forward(x, params) {
      const { y, logDet } = affine.forward(x, theta(x, params));
      return { y, logDet: sum(logDet, 1) };
    },
    // As many passes as there are coordinates, the first from anywhere: enough when the network is masked.
    inverse(y, params) {
      let x = y;
      for (let i = 0; i < y.shape[1]!; i++) x = affine.inverse(y, theta(x, params)).x;
      return { x, logDet: sum(affine.inverse(y, theta(x, params)).logDet, 1) };
    },
  };
}

describe("an autoregressive map", () => {
  it.each([
    ["affine", "forward", affine],
    ["affine", "inverse", affine],
    ["spline", "forward", splineTransform(4, 3)],
    ["spline", "inverse", splineTransform(4, 3)],
  ] as const)(
    "of %s transforms with a parallel %s has a triangular Jacobian and knows its volume change",
    async (_, parallel, transform) => {
      const orders = {
        false: ["x....", "xx...", "xxx..", "xxxx.", "xxxxx"],
        true: ["xxxxx", ".xxxx", "..xxx", "...xx", "....x"],
      };
      for (const reversed of [false, true]) {
        const { pattern, logDet, back } = await look(layer(5, parallel, reversed, transform), 5);
        expect(pattern).toEqual(orders[`${reversed}`]);
        expect(logDet).toBeLessThan(1e-9);
        expect(back).toBeLessThan(1e-9);
      }
    },
  );

  it("is the same map solved or passed, and found out when its network is not masked", async () => {
    const d = 4;
    const net = made({ d, size: 2, hidden: [12], zeroLast: true });
    expect(net.layout).toEqual(layer(d, "forward").layout);
    const [x, params] = [constant(normal(key, [N, d], "float64")), constant(normal(key, [net.layout.size], "float64"))];
    const [own, byHand] = [layer(d, "forward"), affineMap(net)].map((map) => map.inverse(x, params));
    const found = await evaluate({ a: own!.x, b: byHand!.x, c: own!.logDet, d: byHand!.logDet });
    expect(worstDifference(found.a, found.b)).toBeLessThan(1e-12);
    expect(worstDifference(found.c, found.d)).toBeLessThan(1e-12);

    const open = mlp({ widths: [d, 12, 2 * d] });
    const leaky = affineMap({ ...open, apply: (p, at) => reshape(open.apply(p, at), [N, d, 2]) });
    const wrong = await look(leaky, d);
    expect(wrong.pattern).toEqual(["xxxx", "xxxx", "xxxx", "xxxx"]);
    expect(wrong.logDet).toBeGreaterThan(0.1);
    expect(wrong.back).toBeGreaterThan(0.1);
  });

  it("solves 64 coordinates by a loop whose size does not grow with them", async () => {
    const [small, large] = [4, 64].map((d) => {
      const map = layer(d, "inverse");
      const [z, params] = [input("z", [2, d]), input("params", [map.layout.size])];
      return { map, z, params, y: map.forward(z, params).y };
    });
    const size = (y: Expr): number => topologicalOrder([y]).length;
    expect(size(large!.y)).toBe(size(small!.y));
    const { map, z, params, y } = large!;
    const program = await compile({ z, params }, { y, z: map.inverse(y, params).x });
    const points = normal(key, [2, 64]);
    const drawn = normal(fold(key, "params"), [map.layout.size]).data.map((v) => 0.3 * v);
    const found = await program.run({ z: points, params: tensor(drawn) });
    expect(worstDifference(found.y!, points)).toBeGreaterThan(0.1);
    expect(worstDifference(found.z!, points)).toBeLessThan(1e-5);
  });
});

describe("linear autoregressive layers", () => {
  // Without hidden layers the shift of a coordinate is linear in those before it: x = z e^s + L x + t.
  const d = 3;
  const net = made({ d, size: 2, hidden: [] });
  const L = [
    [0, 0, 0],
    [0.7, 0, 0],
    [-0.4, 1.2, 0],
  ];
  const [s, t] = [
    [0.3, -0.2, 0.5],
    [1, -2, 0.5],
  ];
  const params = (): FloatTensor => {
    const flat = new Float64Array(net.layout.size);
    // Weights (d − 1, 2 d), then biases: s₀ and t of each coordinate in turn.
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) flat[j * 2 * d + 2 * i + 1] = L[i]![j]!;
    for (let i = 0; i < d; i++) {
      flat[(d - 1) * 2 * d + 2 * i] = 2 * Math.atanh(s[i]! / 2);
      flat[(d - 1) * 2 * d + 2 * i + 1] = t[i]!;
    }
    return tensor(flat);
  };

  it("are Gaussians, with the density they must have", async () => {
    const z = normal(key, [N, d], "float64");
    const base = (row: number): number =>
      [0, 1, 2].reduce((sum, i) => sum - z.data[row * d + i]! ** 2 / 2 - Math.log(2 * Math.PI) / 2 - s[i]!, 0);
    const draws = (moved: (known: readonly number[], row: number, i: number) => number): number[][] =>
      Array.from({ length: N }, (_, row) => {
        const x: number[] = [];
        for (let i = 0; i < d; i++) x.push(z.data[row * d + i]! * Math.exp(s[i]!) + t[i]! + moved(x, row, i));
        return x;
      });
    const shift = (i: number, by: (j: number) => number): number =>
      L[i]!.reduce((sum, l, j) => sum + l * (j < i ? by(j) : 0), 0);
    const expected = {
      // MAF: the shift reads the coordinates already made; IAF: those of the base.
      inverse: draws((known, _, i) => shift(i, (j) => known[j]!)),
      forward: draws((_, row, i) => shift(i, (j) => z.data[row * d + j]!)),
    };
    for (const parallel of ["forward", "inverse"] as const) {
      const map = autoregressive({ d, parallel, reversed: false, hidden: [], activation: "silu" }, affine);
      const flow = makeFlow(d, gaussianBase(d), [map]);
      const { x, logProb } = flow.sample({ z: constant(z) }, constant(params()));
      const found = await evaluate({ x, logProb, again: flow.logProb(x, constant(params())) });
      expect(worstDifference(found.x, tensor(Float64Array.from(expected[parallel].flat()), [N, d]))).toBeLessThan(
        1e-12,
      );
      for (const given of [found.logProb, found.again])
        for (const [row, v] of numbers(given).entries()) expect(v).toBeCloseTo(base(row), 11);
    }
  });
});

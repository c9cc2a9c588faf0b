import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { input } from "../ops/leaf.js";
import { slice, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { splineFlow } from "./spline-flow.js";

const BOUND = 4;
const flow = splineFlow({ bound: BOUND, layers: 4, hidden: [16] }, [2]);
/** In and out of the box, in one coordinate, in the other and in both; the last squares to infinity. */
const points = [
  ...[
    [0.3, -0.2],
    [4.0000005, 1],
    [40, 0.1],
    [-0.1, 100],
    [1e4, 0.1],
    [-1e6, 1],
    [2, 1e18],
  ],
  ...[
    [40, -7],
    [-1e6, 1e4],
    [1e9, -5],
    [3e38, 0.3],
  ],
];
const n = points.length;

/** Densities of the points, the map to the base, and the derivative of each row by the parameters, one at a time. */
const program = (async () => {
  const [x, params] = [input("x", [n, 2]), input("params", [flow.layout.size])];
  const logProb = flow.logProb(x, params);
  const inverse = flow.inverse(x, params);
  const each = points.map((_, i) => [`row ${i}`, grad(sum(slice(logProb, 0, i, i + 1)), [params])[0]] as const);
  const [all] = grad(sum(slice(logProb, 0, 0, n - 1)), [params]);
  const outputs: Record<string, Expr> = {
    ...{ logProb, slope: grad(sum(logProb), [x])[0], logDet: inverse.logDet, z: inverse.x, all },
    ...Object.fromEntries(each),
  };
  return compile({ x, params }, outputs);
})();

/** Parameters around where training starts, scattered by `sd`. */
const scattered = (sd: number, seed: number): Float32Array => {
  const noise = normal(makeKey(seed), [flow.layout.size]).data;
  return flow.init(makeKey(seed)).map((v, i) => v + sd * noise[i]!);
};

it.each([0.05, 0.2, 1])(
  "is a number in single precision far outside its box, with its gradients: scatter %d",
  async (sd) => {
    for (let seed = 0; seed < 4; seed++) {
      const found = await (await program).run({
        x: tensor(Float32Array.from(points.flat()), [n, 2]),
        params: tensor(scattered(sd, seed)),
      });
      for (const [name, values] of Object.entries(found)) {
        // A density whose logarithm single precision cannot hold is zero.
        const lost = numbers(values).filter((v) => !Number.isFinite(v));
        expect([name, lost]).toEqual([name, name === "logProb" ? [Number.NEGATIVE_INFINITY] : []]);
      }
      const of = (i: number): number[] => numbers(found[`row ${i}`]!);
      // A row far out leaves what the others say of the parameters as it is.
      const together = Array.from({ length: n - 1 }, (_, i) => of(i));
      for (const [k, g] of numbers(found.all!).entries()) {
        const parts = together.map((row) => row[k]!);
        const size = parts.reduce((s, v) => s + Math.abs(v), 0);
        expect(Math.abs(parts.reduce((s, v) => s + v, 0) - g)).toBeLessThanOrEqual(1e-5 * size);
      }
    }
  },
);

it("where both coordinates are outside its box is the base, with slope 1, and nothing of it is learned", async () => {
  const found = await (await program).run({
    x: tensor(Float32Array.from(points.flat()), [n, 2]),
    params: tensor(scattered(0.2, 7)),
  });
  for (const [i, [a, b]] of points.entries()) {
    if (Math.abs(a!) <= BOUND || Math.abs(b!) <= BOUND) continue;
    const base = -0.5 * (a! ** 2 + b! ** 2) - Math.log(2 * Math.PI);
    expect(numbers(found.logDet!)[i]).toBe(0);
    expect(Math.abs(numbers(found.logProb!)[i]! / base - 1)).toBeLessThan(1e-6);
    expect(numbers(found.slope!).slice(2 * i, 2 * i + 2)).toEqual([-a!, -b!]);
    expect(numbers(found[`row ${i}`]!).every((v) => v === 0)).toBe(true);
  }
});

it("reads a coordinate beyond a thousand bounds as if it were there", async () => {
  const at = [4001, -1e9].flatMap((far) => [far, 0.5]).concat(...points.slice(2).map(() => [0, 0]));
  const found = await (await program).run({
    x: tensor(Float32Array.from([4000, 0.5, ...at].slice(0, 2 * n)), [n, 2]),
    params: tensor(scattered(0.2, 7)),
  });
  const moved = numbers(found.z!).filter((_, i) => i % 2 === 1);
  expect(moved[1]).toBe(moved[0]);
  expect(moved[2]).not.toBe(moved[0]);
});

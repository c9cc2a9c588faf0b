import { describe, expect, it } from "vitest";
import { gradientErrors } from "../../test/support/gradients.js";
import { numbers } from "../../test/support/tensors.js";
import type { Expr } from "../ir/expr.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { largestSingularValue, spectralNormalised } from "./spectral-norm.js";

const key = makeKey(5);

/** Singular values of an (m, n) matrix by one-sided rotations of its rows (Hestenes 1958). */
function singularValues(matrix: Float64Array, m: number, n: number): number[] {
  const a = matrix.slice();
  const row = (i: number) => a.subarray(i * n, (i + 1) * n);
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((s, v, k) => s + v * y[k]!, 0);
  for (let sweep = 0; sweep < 60; sweep++)
    for (let i = 0; i < m; i++)
      for (let j = i + 1; j < m; j++) {
        const [x, y] = [row(i), row(j)];
        const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
        if (Math.abs(xy) <= 1e-15 * Math.sqrt(xx * yy)) continue;
        const zeta = (yy - xx) / (2 * xy);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        for (let k = 0; k < n; k++) [x[k], y[k]] = [c * (x[k]! - t * y[k]!), c * (t * x[k]! + y[k]!)];
      }
  return Array.from({ length: m }, (_, i) => Math.sqrt(dot(row(i), row(i)))).sort((p, q) => q - p);
}

describe("largestSingularValue", () => {
  it.each([
    [1, 1],
    [3, 7],
    [16, 9],
    [32, 32 * 9],
    [64, 64 * 9],
  ])("is that of a decomposition of %i × %i weights", async (m, n) => {
    const weight = normal(fold(key, m), [m, n / (n % 9 === 0 ? 9 : 1), ...(n % 9 === 0 ? [3, 3] : [])], "float64");
    const [most] = singularValues(weight.data, m, n) as [number];
    const { double, single } = await evaluate({
      double: largestSingularValue(constant(weight)),
      single: largestSingularValue(constant(tensor(Float32Array.from(weight.data), weight.shape))),
    });
    // Neighbouring singular values of such matrices are 1 % apart: after 2¹⁰ steps the second is left by less than e^−10.
    expect(Math.abs(numbers(double!)[0]! / most - 1)).toBeLessThan(1e-6);
    expect(Math.abs(numbers(single!)[0]! / most - 1)).toBeLessThan(1e-5);
  });

  it("is found for weights as small and as large as single precision has, and for equal singular values", async () => {
    const scaled = (s: number) =>
      tensor(
        Float32Array.from(normal(key, [6, 8]).data, (v) => s * v),
        [6, 8],
      );
    const identity = tensor(
      Float32Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 3 : 0)),
      [5, 5],
    );
    const found = await evaluate({
      one: largestSingularValue(constant(scaled(1))),
      small: largestSingularValue(constant(scaled(1e-15))),
      large: largestSingularValue(constant(scaled(1e15))),
      equal: largestSingularValue(constant(identity)),
    });
    const [one, small, large, equal] = [found.one, found.small, found.large, found.equal].map((t) => numbers(t!)[0]!);
    expect(small! / (1e-15 * one!)).toBeCloseTo(1, 4);
    expect(large! / (1e15 * one!)).toBeCloseTo(1, 4);
    expect(equal).toBeCloseTo(3, 4);
  });

  it("has the derivative of differences", async () => {
    const weight = normal(key, [4, 6], "float64");
    const build = (w: Expr) => largestSingularValue(w);
    expect(await gradientErrors([{ name: "norm", at: [weight], build, order: 1 }])).toEqual([]);
  });
});

it("weights divided by it stretch nothing", async () => {
  const weight = normal(key, [8, 4, 3, 3], "float64");
  const { w } = await evaluate({ w: spectralNormalised(constant(weight)) });
  expect(singularValues(Float64Array.from(numbers(w!)), 8, 36)[0]).toBeCloseTo(1, 8);
  // The control: as they are, they do.
  expect(singularValues(weight.data, 8, 36)[0]).toBeGreaterThan(2);
});

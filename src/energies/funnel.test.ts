import { expect, it } from "vitest";
import { kolmogorov, normalCdf } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { funnel } from "./funnel.js";

const D = 4;
const energy = funnel({}, { event: [D] });

/** `−log N(x; 0, variance)` */
const surprise = (x: number, variance: number): number =>
  x ** 2 / (2 * variance) + Math.log(2 * Math.PI * variance) / 2;

it("is minus the logarithm of the product of its normal laws, in the neck and in the mouth", async () => {
  const points = [
    [0, 1, -2, 0.5],
    [-9, 0.01, 0.002, -0.02],
    [9, 50, -200, 3],
  ];
  const { e } = await evaluate({ e: energy(constant(tensor(Float64Array.from(points.flat()), [3, D]))) });
  for (const [i, [v, ...others]] of points.entries()) {
    const expected = others.reduce((s, x) => s + surprise(x, Math.exp(v!)), surprise(v!, 9));
    expect(Math.abs(numbers(e)[i]! - expected)).toBeLessThan(1e-12 * Math.abs(expected));
  }
});

it("draws from that density: the first coordinate, and each other one measured by it, are normal and unrelated", () => {
  const n = 5000;
  const x = numbers(energy.exact!.sample!(makeKey(31), n));
  const z = Array.from({ length: D }, (_, j) =>
    Array.from({ length: n }, (_, i) => (j === 0 ? x[i * D]! / 3 : x[i * D + j]! * Math.exp(-x[i * D]! / 2))),
  );
  // Chance of a false alarm: 7.5e-6 each.
  for (const own of z) expect(kolmogorov(own, normalCdf)).toBeLessThan(2.5);
  for (const [j, a] of z.entries())
    for (const b of z.slice(0, j)) {
      // Of unrelated standard normals, the mean product and the mean product of squares less one; 5 standard errors each.
      const products = a.map((v, i) => v * b[i]!);
      expect(Math.abs(products.reduce((s, v) => s + v, 0)) / Math.sqrt(n)).toBeLessThan(5);
      expect(Math.abs(products.reduce((s, v) => s + v * v - 1, 0)) / Math.sqrt(8 * n)).toBeLessThan(5);
    }
});

it("refuses points that have no other coordinate", () => {
  expect(() => funnel({}, { event: [1] })).toThrow(InputError);
  expect(() => funnel({}, { event: [] })).toThrow("energy funnel: points need at least 2 coordinates, got event ()");
  expect(() => funnel({ standardDeviation: 0 }, { event: [2] })).toThrow(InputError);
});

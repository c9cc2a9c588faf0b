import { expect, it } from "vitest";
import { convolvedEnergies } from "../../test/support/convolution.js";
import { chiSquareScore } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { constant, scalar } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { mixture } from "./mixture.js";

const parts = { means: [[0, 0], [20, 1], [-20, 2]], variances: [0.3, 1, 4], weights: [1, 5, 2] }; // biome-ignore format: a table
const energy = mixture(parts, { event: [2] });

it("is minus the logarithm of the mixture's density, also where every component has all but vanished", async () => {
  const points = [
    [0, 0],
    [10, 0.5],
    [19, -1],
    [500, 500],
  ];
  const { e } = await evaluate({ e: energy(constant(tensor(Float64Array.from(points.flat()), [4, 2]))) });
  for (const [i, x] of points.entries()) {
    const logs = parts.means.map((m, k) => {
      const v = parts.variances[k]!;
      const distance = (x[0]! - m[0]!) ** 2 + (x[1]! - m[1]!) ** 2;
      return Math.log(parts.weights[k]! / 8) - distance / (2 * v) - Math.log(2 * Math.PI * v);
    });
    const top = Math.max(...logs);
    const expected = -top - Math.log(logs.reduce((s, l) => s + Math.exp(l - top), 0));
    expect(Math.abs(numbers(e)[i]! - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  }
});

it("draws its components by weight, which need not sum to 1", () => {
  const x = numbers(energy.exact!.sample!(makeKey(21), 8000)).filter((_, i) => i % 2 === 0);
  const counts = [0, 20, -20].map((m) => x.filter((v) => Math.abs(v - m) < 10).length);
  // Chance of a false alarm: 3e-6.
  expect(chiSquareScore(counts, [1 / 8, 5 / 8, 2 / 8])).toBeLessThan(4.5);
});

it("smoothed by N(0, σ² I) is what convolution makes of it, and itself at σ = 0", async () => {
  const points = tensor(Float64Array.of(0, 0, 10, 0.5, 19, -1, -14, 3), [4, 2]);
  const x = constant(points);
  for (const sigma of [0.3, 2]) {
    const { number, expression } = await evaluate({
      number: energy.smoothed!(x, sigma),
      expression: energy.smoothed!(x, scalar(sigma, "float64")),
    });
    for (const [i, expected] of (await convolvedEnergies(energy, points, sigma)).entries())
      expect(numbers(number)[i]).toBeCloseTo(expected, 10);
    expect(numbers(expression)).toEqual(numbers(number));
  }
  const { none, plain } = await evaluate({ none: energy.smoothed!(x, 0), plain: energy(x) });
  for (const [i, e] of numbers(plain).entries()) expect(numbers(none)[i]).toBeCloseTo(e, 12);
});

it("refuses parts that do not fit one another or the points", () => {
  const of =
    (options: object, event = [2]) =>
    () =>
      mixture({ ...parts, ...options }, { event });
  expect(of({ variances: [1, 1] })).toThrow("energy mixture: 3 means need 3 variances and weights, got 2 and 3");
  expect(of({ weights: [1] })).toThrow(InputError);
  expect(of({}, [3])).toThrow("energy mixture: means must have 3 coordinates");
  for (const wrong of [{ weights: [1, 0, 1] }, { variances: -1 }, { means: [] }]) expect(of(wrong)).toThrow(InputError);
});

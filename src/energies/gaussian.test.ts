import { expect, it } from "vitest";
import { convolvedEnergies } from "../../test/support/convolution.js";
import { kolmogorov, normalCdf } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { constant, scalar } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { gaussian } from "./gaussian.js";

const options = { mean: [1, -2], standardDeviation: [0.5, 3] };
const energy = gaussian(options, { event: [2] });

it("is minus the logarithm of the normal density", async () => {
  const x = constant(tensor(Float64Array.of(1, -2, 1.5, 4, 0, 0), [3, 2]));
  const peak = Math.log(0.5 * 3 * 2 * Math.PI);
  const { e } = await evaluate({ e: energy(x) });
  for (const [i, v] of [peak, peak + 0.5 + 2, peak + 2 + 2 / 9].entries()) expect(numbers(e)[i]).toBeCloseTo(v, 13);
});

it("draws from that density, coordinate by coordinate", () => {
  const x = numbers(energy.exact!.sample!(makeKey(20), 4000));
  for (const j of [0, 1]) {
    const own = x.filter((_, i) => i % 2 === j).map((v) => (v - options.mean[j]!) / options.standardDeviation[j]!);
    // Chance of a false alarm: 7.5e-6 each.
    expect(kolmogorov(own, normalCdf)).toBeLessThan(2.5);
  }
});

it("smoothed by N(0, σ² I) is what convolution makes of it, and itself at σ = 0", async () => {
  const points = tensor(Float64Array.of(1, -2, 1.5, 4, 0, 0, -3, 9), [4, 2]);
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

it("refuses lists that do not fit the points, and deviations that are none", () => {
  const context = { event: [2] };
  expect(() => gaussian({ mean: [1, 2, 3] }, context)).toThrow(InputError);
  expect(() => gaussian({ mean: [1, 2, 3] }, context)).toThrow("option mean has 3 numbers for points of 2 coordinates");
  for (const wrong of [0, -1, [1, 0], Number.NaN])
    expect(() => gaussian({ standardDeviation: wrong }, context)).toThrow(InputError);
});

import { expect, it } from "vitest";
import { kolmogorov, normalCdf } from "../../test/support/goodness.js";
import { expectedMeanErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { banana } from "./banana.js";

const [S, B, D] = [2, 0.3, 3];
const energy = banana({ standardDeviation: S, curvature: B }, { event: [D] });

it("is the energy of the Gaussian it was bent from, at the point it was bent from", async () => {
  const z = [
    [0, 0, 0],
    [1, -1, 2],
    [-3, 0.5, -1],
    [4, 4, 0.1],
  ];
  const bent = z.map(([a, b, c]) => [S * a!, b! - B * ((S * a!) ** 2 - S ** 2), c!]);
  const { e } = await evaluate({ e: energy(constant(tensor(Float64Array.from(bent.flat()), [4, D]))) });
  for (const [i, row] of z.entries()) {
    const expected = row.reduce((s, v) => s + v ** 2 / 2, Math.log(S) + (D / 2) * Math.log(2 * Math.PI));
    expect(numbers(e)[i]).toBeCloseTo(expected, 12);
  }
});

it("draws from that density, with the moments it states", () => {
  const n = 5000;
  const x = numbers(energy.exact!.sample!(makeKey(32), n));
  const [a, b, c] = [0, 1, 2].map((j) => Float64Array.from({ length: n }, (_, i) => x[i * D + j]!)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const straight = b.map((v, i) => v + B * (a[i]! ** 2 - S ** 2));
  // Chance of a false alarm: 7.5e-6 each.
  for (const z of [a.map((v) => v / S), straight, c]) expect(kolmogorov(z, normalCdf)).toBeLessThan(2.5);
  // And 5.7e-7 each.
  const errors = [
    ...expectedMeanErrors("x₂", b, 0),
    ...expectedMeanErrors("x₂²", b.map((v) => v * v), 1 + 2 * B ** 2 * S ** 4),
    ...expectedMeanErrors("x₁ x₂", b.map((v, i) => v * a[i]!), 0),
    ...expectedMeanErrors("x₁ times what is straight", straight.map((v, i) => v * a[i]!), 0),
  ]; // biome-ignore format: a table
  expect(errors).toEqual([]);
});

it("is a Gaussian without curvature, and needs a plane to bend in", async () => {
  const flat = banana({ standardDeviation: 1, curvature: 0 }, { event: [2] });
  const { e } = await evaluate({ e: flat(constant(tensor(Float64Array.of(1, 2), [1, 2]))) });
  expect(numbers(e)[0]).toBeCloseTo(2.5 + Math.log(2 * Math.PI), 13);
  expect(() => banana({}, { event: [1] })).toThrow(InputError);
  expect(() => banana({}, { event: [1] })).toThrow("energy banana: points need at least 2 coordinates, got event (1)");
});

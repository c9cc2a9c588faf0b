import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { grad } from "../../autodiff/grad.js";
import { type Energy, makeEnergy } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { tilt } from "../../energies/tilted.js";
import { layoutOf } from "../../nn/layout.js";
import { mul, square } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { sum } from "../../ops/shape.js";
import { compile } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { contrast } from "./contrast.js";

// E(x) = θ₁ x² + θ₂ x², so that sums by hand are exact.
const energy = makeEnergy({
  event: [1],
  layout: layoutOf({ theta: [2] }),
  energy: (x, theta) => mul(sum(theta), sum(square(x), 1)),
});

const run = async (options = {}, of: Energy = energy) => {
  const [theta, data, negatives] = [input("theta", [2]), input("data", [2, 1]), input("negatives", [4, 1])];
  const { loss, metrics } = contrast(of, theta, data, negatives, options);
  const [byTheta, byData, byNegatives] = grad(loss, [theta, data, negatives]);
  const program = await compile({ theta, data, negatives }, { loss, byTheta, byData, byNegatives, ...metrics });
  return program.run({
    theta: tensor(Float32Array.of(2, 1)),
    data: tensor(Float32Array.of(1, 3), [2, 1]),
    negatives: tensor(Float32Array.of(1, 2, 3, 4), [4, 1]),
  });
};

it("is the mean energy of the data less that of the negatives, however many there are of each", async () => {
  const found = await run();
  expect(numbers(found.energyData!)).toEqual([15]); // 3 · (1 + 9)/2
  expect(numbers(found.energyModel!)).toEqual([22.5]); // 3 · (1 + 4 + 9 + 16)/4
  expect(numbers(found.loss!)).toEqual([-7.5]);
  expect(numbers(found.energyGap!)).toEqual([-7.5]);
});

it("has the gradient mean ∂E(x⁺) − mean ∂E(x⁻), and none by the negatives", async () => {
  const found = await run();
  expect(numbers(found.byTheta!)).toEqual([-2.5, -2.5]);
  expect(numbers(found.byData!)).toEqual([3, 9]);
  expect(numbers(found.byNegatives!)).toEqual([0, 0, 0, 0]);
});

describe("with a penalty", () => {
  // Energies of the data are 3 and 27, those of the negatives 3, 12, 27 and 48.
  const squares = (9 + 729) / 2 + (9 + 144 + 729 + 2304) / 4;

  it("has the squares of the energies beside the gap, which is told as it is", async () => {
    const found = await run({ energyPenalty: 0.5 });
    expect(numbers(found.loss!)).toEqual([-7.5 + 0.5 * squares]);
    expect(numbers(found.energyGap!)).toEqual([-7.5]);
    // ∂E² = 2 E x²: 246 on average of the data, 531 of the negatives.
    expect(numbers(found.byTheta!)).toEqual([-2.5 + 0.5 * 777, -2.5 + 0.5 * 777]);
    expect(numbers(found.byNegatives!)).toEqual([0, 0, 0, 0]);
  });

  it("leaves alone what an energy tilts", async () => {
    const base = gaussianEnergy([1], 0, 1);
    const [plain, tilted] = [await run({}, tilt(base, energy)), await run({ energyPenalty: 0.5 }, tilt(base, energy))];
    expect(numbers(tilted.loss!)[0]! - numbers(plain.loss!)[0]!).toBeCloseTo(0.5 * squares, 3);
    expect(numbers(plain.loss!)[0]).not.toBeCloseTo(-7.5, 1);
  });

  it("of 0 is the same graph", () => {
    const [theta, data, negatives] = [input("theta", [2]), input("data", [2, 1]), input("negatives", [4, 1])];
    const plain = contrast(energy, theta, data, negatives);
    expect(contrast(energy, theta, data, negatives, { energyPenalty: 0 }).loss).toBe(plain.loss);
    expect(contrast(energy, theta, data, negatives, { energyPenalty: 1 }).loss).not.toBe(plain.loss);
  });
});

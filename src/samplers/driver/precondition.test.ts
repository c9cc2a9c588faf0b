import { describe, expect, it } from "vitest";
import { correlated } from "../../../test/support/sampler-targets.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { mul, square } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { sum } from "../../ops/shape.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { cast, tensor } from "../../util/tensor.js";
import { hmc } from "../kernels/hmc.js";
import { mala } from "../kernels/mala.js";
import { unwhiten, whiten } from "./precondition.js";
import { sample } from "./sample.js";

const key = makeKey(11);
const start = cast(correlated.draw(fold(key, "start"), 4), "float64");
const { energy } = correlated;
const scales = {
  "standard deviations": tensor(Float64Array.of(0.1, 2, 30, 1)),
  "a Cholesky factor": tensor(Float64Array.of(0.1, 0, 0, 0, 2, 3, 0, 0, -1, 4, 0.5, 0, 7, -2, 1, 1), [4, 4]),
};

describe("the coordinates x = L z", () => {
  it.each(Object.entries(scales))("go there and back: %s", async (_, scale) => {
    const x = normal(key, [5, 2, 2], "float64");
    const z = whiten(x, scale);
    expect(worstDifference(z, x)).toBeGreaterThan(0.5);
    const { back } = await evaluate({ back: unwhiten(constant(z), constant(scale)) });
    expect(worstDifference(back, x)).toBeLessThan(1e-12);
  });

  it("leave chains where they start", async () => {
    const scale = tensor(Float64Array.of(1, 0, 3, 0.2), [2, 2]);
    const run = { energy, sampler: mala, options: { stepSize: 1e-16 }, start, scale };
    const { x } = await sample({ ...run, metric: "unit", warmup: 0, draws: 1, key });
    expect(worstDifference(tensor(x.data, start.shape), start)).toBeLessThan(1e-6);
  });
});

describe("the scale of the coordinates", () => {
  const wide = normal(fold(key, "wide"), [16, 3]);
  const sds = [0.01, 1, 30];
  const uneven = gaussianEnergy([3], [1, -2, 50], sds);
  const run = { energy: uneven, sampler: hmc, start: wide, warmup: 400, draws: 100, key } as const;

  it("is learned in the warm-up: standard deviations within 15 % of the truth", async () => {
    const { scale, x } = await sample({ ...run, metric: "diagonal" });
    expect(scale!.shape).toEqual([3]);
    sds.forEach((sd, i) => {
      expect(Math.abs(scale!.data[i]! / sd - 1)).toBeLessThan(0.15);
    });
    // A mean of 1600 nearly independent draws; false alarms at 6 of their errors with a tenth of them: rare.
    const means = [0, 1, 2].map((i) => numbers(x).filter((_, k) => k % 3 === i));
    means.forEach((values, i) => {
      const m = values.reduce((s, v) => s + v, 0) / values.length;
      expect(Math.abs(m - [1, -2, 50][i]!) / sds[i]!).toBeLessThan(0.5);
    });
  });

  it("can be a covariance: the whitened target is round", async () => {
    // x = A z with A far from diagonal; the learned L satisfies L Lᵀ ≈ A Aᵀ.
    const a = [1, 0, 0, 9, 1, 0, -4, 2, 0.5];
    const inverse = [1, 0, 0, -9, 1, 0, 44, -4, 2];
    const skew = makeEnergy({
      event: [3],
      energy: (x) =>
        mul(0.5, sum(square(matmul(x, constant(tensor(Float32Array.from(inverse), [3, 3])), { transposeB: true })), 1)),
    });
    const { scale } = await sample({ ...run, energy: skew, metric: "dense" });
    expect(scale!.shape).toEqual([3, 3]);
    const product = (m: ArrayLike<number>, i: number, j: number): number =>
      m[i * 3]! * m[j * 3]! + m[i * 3 + 1]! * m[j * 3 + 1]! + m[i * 3 + 2]! * m[j * 3 + 2]!;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const size = Math.sqrt(product(a, i, i) * product(a, j, j));
        expect(Math.abs(product(scale!.data, i, j) - product(a, i, j)) / size).toBeLessThan(0.15);
      }
  });

  it("given, is the kernel on the rescaled target", async () => {
    const scale = tensor(Float64Array.from([0.5, 2]));
    const fixed = { sampler: mala, options: { stepSize: 0.2 }, warmup: 0, draws: 5, key };
    const scaled = await sample({ ...fixed, energy, start, metric: "unit", scale });
    const by = constant(scale);
    const inside = makeEnergy({ event: [2], energy: (z) => energy(mul(z, by)) });
    const latent = tensor(
      Float64Array.from(start.data, (v, i) => v / scale.data[i % 2]!),
      start.shape,
    );
    const { x } = await sample({ ...fixed, energy: inside, start: latent, metric: "unit" });
    x.data.forEach((v, i) => {
      expect(v * scale.data[i % 2]!).toBeCloseTo(scaled.x.data[i]!, 10);
    });
  });

  it("tells the width of a mode when chains are trapped in several", async () => {
    const modes = mixtureEnergy([1], { means: [[-10], [10]], variances: [1, 1], weights: [1, 1] });
    const apart = tensor(
      Float32Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? -10 : 10)),
      [8, 1],
    );
    const { scale } = await sample({ energy: modes, sampler: hmc, start: apart, warmup: 300, draws: 10, key });
    expect(Math.abs(scale!.data[0]! - 1)).toBeLessThan(0.2);
  });
});

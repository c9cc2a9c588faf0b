import { expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { normalCdf } from "../../test/support/goodness.js";
import { countSecond } from "../../test/support/known-models.js";
import { drawErrors, expectedMeanErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { fold } from "../random/key.js";
import { annealedLangevin } from "../samplers/kernels/annealed-langevin.js";
import type { Sampler } from "../samplers/sampler.js";
import { tensor } from "../util/tensor.js";
import { drawPoints } from "./draw-points.js";
import { learned } from "./learned.js";

// One cloud N(7, 4) a coordinate: the tilted model begins as the fitted Gaussian of its standardised rows.
const given = {
  data: { dataset: "gaussian-mixture", options: { components: [{ mean: [7, 7], covariance: 4 }] }, points: 2000 },
  energy: { name: "tilted", hidden: [4] },
  flow: { name: "realnvp", layers: 1, hidden: [4] },
  steps: 1,
  batch: 8,
};

it("draws from the model in the units of the data, by jumps of the flow where there is one", async () => {
  const { model, data, spec, key } = await assemble(given);
  const parameters = { energy: learned(spec.state, "energy"), flow: learned(spec.state, "flow") };
  const { points, chains, sampler } = await drawPoints(model, parameters, data, {
    n: 1001,
    key,
    chains: 50,
    warmup: 20,
  });
  expect(sampler.name).toBe("flow-mc");
  expect(points.shape).toEqual([1001, 2]);
  expect(chains.x.shape).toEqual([50, 21, 2]);
  const { mean, scale } = data.coordinates.affine!;
  // Jumps from a flow that is the model are always accepted: the draws are independent.
  for (const j of [0, 1]) {
    const cdf = (v: number) => normalCdf((v - mean[j]!) / scale[j]!);
    const law = { mean: mean[j]!, variance: scale[j]! ** 2, cdf };
    expect(
      drawErrors(
        `coordinate ${j}`,
        Array.from({ length: 1001 }, (_, i) => points.data[2 * i + j]!),
        law,
      ),
    ).toEqual([]);
  }
});

it("takes points across chains first: those of the first draw of every chain come first", async () => {
  const { model, data, spec, key } = await assemble(given);
  const parameters = { energy: learned(spec.state, "energy"), flow: learned(spec.state, "flow") };
  const { points, chains } = await drawPoints(model, parameters, data, { n: 25, key, chains: 10, warmup: 5, thin: 2 });
  const { mean, scale } = data.coordinates.affine!;
  for (let i = 0; i < 25; i++) {
    const [draw, chain] = [Math.floor(i / 10), i % 10];
    for (const j of [0, 1])
      expect(points.data[2 * i + j]).toBeCloseTo(mean[j]! + scale[j]! * chains.x.data[(chain * 3 + draw) * 2 + j]!, 9);
  }
});

it("is the same for the same key, makes fewer chains for fewer points, and tells how far it is", async () => {
  const { model, data, spec, key } = await assemble(given);
  const parameters = { energy: learned(spec.state, "energy"), flow: learned(spec.state, "flow") };
  const told: number[][] = [];
  const progress = (done: number, total: number): undefined => {
    told.push([done, total]);
  };
  const options = { n: 3, key, warmup: 10, thin: 1 };
  const first = await drawPoints(model, parameters, data, { ...options, progress });
  expect(first.chains.x.shape).toEqual([3, 1, 2]);
  expect(told.at(-1)).toEqual([11, 11]);
  expect((await drawPoints(model, parameters, data, options)).points).toEqual(first.points);
  const other = await drawPoints(model, parameters, data, { ...options, key: fold(key, "other") });
  expect(numbers(other.points)).not.toEqual(numbers(first.points));
});

it("walks from rows of the training data without a flow, and does not cross between modes", async () => {
  const { model, data, spec, key } = await assemble({
    ...given,
    data: { dataset: "two-modes", points: 400 },
    energy: {
      name: "mixture",
      means: [
        [-0.7, -0.7],
        [1.4, 1.4],
      ],
      variances: 0.05,
    },
    flow: null,
    objective: { name: "cd" },
  });
  const { x, sampler, starts } = await (async () => {
    const drawn = await drawPoints(model, { energy: learned(spec.state, "energy"), flow: undefined }, data, {
      n: 200,
      key,
      chains: 20,
      warmup: 100,
    });
    const at = (draw: number) => drawn.chains.x.data.filter((_, i) => Math.floor(i / 2) % 10 === draw);
    return { x: tensor(at(9), [20, 2]), sampler: drawn.sampler, starts: tensor(at(0), [20, 2]) };
  })();
  expect(sampler.name).toBe("mala");
  // Modes at -0.7 and 1.4 in each coordinate: a point is of the second when its sum, less 0.7, is positive.
  const second = ({ data: v }: typeof x) =>
    countSecond(
      tensor(
        v.map((c) => c - 0.35),
        [20, 2],
      ),
    );
  expect(second(x)).toBe(second(starts));
  expect(second(x)).toBeGreaterThan(0);
  expect(second(x)).toBeLessThan(20);
});

it("takes every draw of a sampler that draws afresh, with no warm-up", async () => {
  const own = { ...given, energy: { name: "noise-conditioned", hidden: [4] }, flow: null };
  const { model, data, spec, key } = await assemble({ ...own, objective: { name: "multi-scale-denoising" } });
  const parameters = { energy: learned(spec.state, "energy"), flow: undefined };
  const options = { levels: 10, steps: 20 };
  const run = { n: 2000, key, chains: 1000, sampler: annealedLangevin as unknown as Sampler, options };
  const { points, chains } = await drawPoints(model, parameters, data, run);
  expect(chains.cost.gradients).toBe(2 * 200);
  // The network starts at zero: the energy is that of N(0, 1) smoothed, in units of the data N(7, 4).
  const { mean, scale } = data.coordinates.affine!;
  const z = Array.from(points.data, (v, i) => (v - mean[i % 2]!) / scale[i % 2]!);
  expect(expectedMeanErrors("mean", z, 0)).toEqual([]);
});

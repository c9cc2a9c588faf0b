import { describe, expect, it } from "vitest";
import { skewed } from "../../../test/support/sampler-targets.js";
import {
  average,
  curved,
  differences,
  gaussian,
  given,
  maximumLikelihood,
  points,
} from "../../../test/support/score-models.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { ising } from "../../energies/ising.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { normalQuantile } from "../../random/normal-quantile.js";
import { InputError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { denoisingScoreMatching } from "./denoising-score-matching.js";
import { jarzynski } from "./jarzynski.js";
import { scoreMatching } from "./score-matching.js";
import { slicedScoreMatching } from "./sliced-score-matching.js";

const key = makeKey(61);
const ROWS = 64;
const batch = tensor(
  normal(key, [ROWS, 2]).data.map((v, i) => (i % 2 === 0 ? 1.5 * v + 0.5 : v - 0.25)),
  [ROWS, 2],
);

describe.each([
  ["a curved energy", curved, [0.7, -0.6, 0.3]],
  ["a Gaussian", gaussian, [0.2, -0.4, 0.9, -0.3, 1.4]],
] as const)("on %s", (_, { model, gradient, hessian }, theta) => {
  const trace = (at: readonly number[]): number =>
    average(
      points(batch).map((x) => {
        const [h11, , h22] = hessian(x, at);
        return h11 + h22;
      }),
    );
  const square = (at: readonly number[]): number =>
    average(points(batch).map((x) => Math.hypot(...gradient(x, at)) ** 2));
  const reference = (at: readonly number[]): number => 0.5 * square(at) - trace(at);

  it("is ½ |∇E|² − tr ∇²E in double precision, and so is its gradient", async () => {
    const found = await given(model, scoreMatching(model, ROWS), { theta, batch });
    expect(Math.abs(found.loss / reference(theta) - 1)).toBeLessThan(1e-5);
    expect(found.metrics.scoreMatching).toBe(found.loss);
    expect(Math.abs(found.metrics.squaredScore! / square(theta) - 1)).toBeLessThan(1e-5);
    const expected = differences(reference, theta);
    const size = Math.hypot(...expected);
    for (const [i, g] of found.gradient.entries()) expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
  });

  it("has the trace of differences of the gradient", async () => {
    const h = 1e-5;
    const slope = (x: readonly [number, number], i: 0 | 1): number => {
      const at = (step: number): number => gradient(i === 0 ? [x[0] + step, x[1]] : [x[0], x[1] + step], theta)[i];
      return (at(h) - at(-h)) / (2 * h);
    };
    const byDifferences = average(points(batch).map((x) => slope(x, 0) + slope(x, 1)));
    const { metrics } = await given(model, scoreMatching(model, ROWS), { theta, batch });
    expect(Math.abs(metrics.laplacian! / byDifferences - 1)).toBeLessThan(1e-5);
  });
});

it("has on a Gaussian energy the minimum of the likelihood, at the mean and the inverse covariance of the rows", async () => {
  const best = maximumLikelihood(batch);
  const at = (theta: readonly number[]) => given(gaussian.model, scoreMatching(gaussian.model, ROWS), { theta, batch });
  const { loss, gradient } = await at(best);
  for (const g of gradient) expect(Math.abs(g)).toBeLessThan(1e-5);
  for (const i of best.keys()) {
    const moved = await at(best.map((t, j) => (j === i ? t + 0.1 : t)));
    expect(moved.loss).toBeGreaterThan(loss + 1e-3);
    expect(Math.hypot(...moved.gradient)).toBeGreaterThan(0.02);
  }
});

/** Points between which equal shares of a law lie, by its quantile function: what is averaged over them is no chance. */
const quantiles = (n: number, of: (u: number) => number): FloatTensor =>
  tensor(
    Float32Array.from({ length: n }, (_, i) => of((i + 0.5) / n)),
    [n, 1],
  );

it("is integrated by parts: over the model's own law, mean |∇E|² is mean tr ∇²E", async () => {
  const model = { event: [1], energy: skewed.energy };
  const rows = quantiles(20_000, (u) => Math.log(-Math.log1p(-u)));
  const { loss, metrics } = await given(model, scoreMatching(model, 20_000), { theta: [], batch: rows });
  // eʸ is standard exponential: both are 1. The last of 2e4 shares misses about log(2e4)²/2e4 = 5e-3 of a square.
  expect(metrics.laplacian).toBeCloseTo(1, 3);
  expect(Math.abs(metrics.squaredScore! - 1)).toBeLessThan(2e-3);
  expect(Math.abs(loss + 0.5)).toBeLessThan(2e-3);
  const off = quantiles(20_000, (u) => Math.log(-Math.log1p(-u)) + 0.2);
  const elsewhere = await given(model, scoreMatching(model, 20_000), { theta: [], batch: off });
  expect(Math.abs(elsewhere.metrics.squaredScore! - elsewhere.metrics.laplacian!)).toBeGreaterThan(0.1);
});

it("is blind to the weights of separated modes, which the divergence of the densities is not", async () => {
  // Two modes 10 standard deviations apart; the data has 2/3 in the first.
  const n = 3000;
  const modes = (weight: number, half: number) => ({
    event: [1],
    energy: mixtureEnergy([1], { means: [[-half], [half]], variances: [1, 1], weights: [weight, 1 - weight] }),
  });
  const at = async (weight: number, half = 5): Promise<number> => {
    const rows = quantiles(n, (u) => (u < 2 / 3 ? normalQuantile(1.5 * u) - half : normalQuantile(3 * u - 2) + half));
    const model = modes(weight, half);
    return (await given(model, scoreMatching(model, n), { theta: [], batch: rows })).loss;
  };
  const truth = await at(2 / 3);
  expect(truth).toBeCloseTo(-0.5, 2);
  for (const [weight, divergence] of [
    [0.5, 0.0566],
    [0.9, 0.2013],
    [0.99, 0.9052],
  ] as const) {
    const kl = (2 / 3) * Math.log(2 / 3 / weight) + (1 / 3) * Math.log(1 / 3 / (1 - weight));
    expect(kl).toBeCloseTo(divergence, 3);
    const change = Math.abs((await at(weight)) - truth);
    // Two units in the last place of the loss.
    expect(change, `${change} at ${weight}`).toBeLessThan(1.3e-7);
  }
  // Modes that touch it sees.
  expect((await at(0.9, 1)) - (await at(2 / 3, 1))).toBeGreaterThan(0.01);
});

describe("what it refuses", () => {
  const wide = { event: [5, 13], energy: gaussianEnergy([5, 13], 0, 1) };

  it("is points of more coordinates than it is told to take, by a line that says what to do", () => {
    expect(() => scoreMatching(wide, 8)).toThrow(InputError);
    expect(() => scoreMatching(wide, 8)).toThrow(/65 coordinates, and option maxDimensions is 64: choose sliced/);
    expect(() => scoreMatching(wide, 8, { maxDimensions: 65 })).not.toThrow();
  });

  it.each([scoreMatching, slicedScoreMatching, denoisingScoreMatching, jarzynski])(
    "is discrete points, as $name does",
    (objective) => {
      const model = { event: [4, 4], energy: ising({}, { event: [4, 4] }) };
      expect(() => objective(model, 8)).toThrow(InputError);
      expect(() => objective(model, 8)).toThrow(`objective ${objective.name}: needs real points, and the energy's are`);
    },
  );
});

it("takes events of any shape: a standard normal of d coordinates has loss ½ |x|² − d", async () => {
  const model = { event: [2, 3], energy: gaussianEnergy([2, 3], 0, 1) };
  const x = tensor(normal(fold(key, "wide"), [4, 6]).data, [4, 2, 3]);
  const { loss } = await given(model, scoreMatching(model, 4), { theta: [], batch: x });
  expect(loss).toBeCloseTo(x.data.reduce((s, v) => s + v * v, 0) / 8 - 6, 4);
});

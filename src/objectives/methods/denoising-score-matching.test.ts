import { describe, expect, it } from "vitest";
import { precisionModel } from "../../../test/support/known-models.js";
import { average, curved, differences, given, points } from "../../../test/support/score-models.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { tensor } from "../../util/tensor.js";
import { denoisingScoreMatching } from "./denoising-score-matching.js";

const key = makeKey(63);
const ROWS = 64;
const batch = tensor(normal(key, [ROWS, 2]).data, [ROWS, 2]);

it("is ½ |ε − σ ∇E(x + σε)|² in double precision, and so is its gradient", async () => {
  const [theta, sigma] = [[0.7, -0.6, 0.3], 0.4];
  const iteration = denoisingScoreMatching(curved.model, ROWS, { sigma });
  const noise = drawNoise(fold(key, "noise"), iteration.noise);
  const e = noise.epsilon!.data;
  const reference = (at: readonly number[]): number =>
    average(
      points(batch).map(([x, y], i) => {
        const [p, q] = [e[2 * i]!, e[2 * i + 1]!];
        const [g, h] = curved.gradient([x + sigma * p, y + sigma * q], at);
        return 0.5 * ((p - sigma * g) ** 2 + (q - sigma * h) ** 2);
      }),
    );
  const found = await given(curved.model, iteration, { theta, batch, noise });
  expect(Math.abs(found.loss / reference(theta) - 1)).toBeLessThan(1e-5);
  expect(found.metrics.denoising).toBe(found.loss);
  const expected = differences(reference, theta);
  const size = Math.hypot(...expected);
  for (const [i, g] of found.gradient.entries()) expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
});

describe("on a Gaussian energy", () => {
  const [{ flow: _, ...model }, scale] = [precisionModel, 1.5];
  // Every pair of signs: mean x² = scale², mean ε² = 1, mean xε = 0, exactly, as in expectation.
  const x = tensor(Float32Array.of(scale, scale, -scale, -scale), [4, 1]);
  const noise = { epsilon: tensor(Float32Array.of(1, -1, 1, -1), [4, 1]) };

  it.each([0.1, 0.5, 2])("has its minimum at the variance of the data plus σ², σ = %f", async (sigma) => {
    const iteration = denoisingScoreMatching(model, 4, { sigma });
    const at = (theta: number) => given(model, iteration, { theta: [theta], batch: x, noise });
    const best = 1 / (scale ** 2 + sigma ** 2);
    const { loss, gradient } = await at(best);
    expect(Math.abs(gradient[0]!)).toBeLessThan(1e-6);
    // What is left is ½ E|ε − E[ε | x + σε]|².
    expect(loss).toBeCloseTo(0.5 * (scale ** 2 / (scale ** 2 + sigma ** 2)), 5);
    // Not the precision of the data: there the gradient is σ⁴/scale² by hand.
    expect((await at(1 / scale ** 2)).gradient[0]! / (sigma ** 4 / scale ** 2)).toBeCloseTo(1, 2);
  });
});

describe("on average over the noise", () => {
  const { means, variances, weights } = { means: [[-1], [1.5]], variances: [0.2, 0.4], weights: [2, 1] };
  const [n, sigma] = [512, 0.5];
  const law = mixtureEnergy([1], { means, variances, weights });
  const smoothed = mixtureEnergy([1], { means, variances: variances.map((v) => v + sigma ** 2), weights });

  it("is least at the density smoothed by σ, not at the density of the data", async () => {
    // Losses at two energies on the same rows and noise, differenced: independent numbers, one a key.
    const excess: number[] = [];
    for (let i = 0; i < 30; i++) {
      const rows = law.exact!.sample!(fold(fold(key, "rows"), i), n);
      const x = tensor(Float32Array.from(rows.data), [n, 1]);
      const at = async (energy: typeof law) => {
        const iteration = denoisingScoreMatching({ event: [1], energy }, n, { sigma });
        const noise = drawNoise(fold(fold(key, "over"), i), iteration.noise);
        return (await given({ event: [1], energy }, iteration, { theta: [], batch: x, noise })).loss;
      };
      excess.push((await at(law)) - (await at(smoothed)));
    }
    const mean = average(excess);
    const error = Math.sqrt(excess.reduce((s, v) => s + (v - mean) ** 2, 0) / (excess.length * (excess.length - 1)));
    expect(mean / error).toBeGreaterThan(5);
  });

  it("is half the dimension for an energy that is flat where the data is", async () => {
    const model = { event: [2], energy: gaussianEnergy([2], 0, 1e3) };
    const iteration = denoisingScoreMatching(model, ROWS, {});
    const noise = drawNoise(key, iteration.noise);
    const { loss } = await given(model, iteration, { theta: [], batch, noise });
    expect(loss).toBeCloseTo(0.5 * (Array.from(noise.epsilon!.data).reduce((s, v) => s + v * v, 0) / ROWS), 4);
  });
});

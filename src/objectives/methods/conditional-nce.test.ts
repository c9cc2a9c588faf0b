import { describe, expect, it } from "vitest";
import { gradientReplicates, precisionModel, scoreOf } from "../../../test/support/known-models.js";
import { normalRows, quarticEnergy, quarticModel, softplus, stepper } from "../../../test/support/noise-models.js";
import { average, differences, given } from "../../../test/support/score-models.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { tensor } from "../../util/tensor.js";
import { conditionalNce } from "./conditional-nce.js";

const key = makeKey(73);
const ROWS = 64;
const batch = normalRows(fold(key, "batch"), ROWS);

it("is the classification of rows and their copies in double precision, and so is its gradient", async () => {
  const [theta, sigma, ratio] = [[0.7, 0.3], 0.6, 3];
  const iteration = conditionalNce(quarticModel, ROWS, { sigma, ratio });
  const e = drawNoise(key, iteration.noise).epsilon!.data;
  const reference = (at: readonly number[]): number =>
    average(
      Array.from(e, (v, i) => {
        const x = batch.data[Math.floor(i / ratio)]!;
        return softplus(quarticEnergy(x, at) - quarticEnergy(x + sigma * v, at));
      }),
    );
  const found = await (await stepper(quarticModel, iteration, ROWS))({ theta, batch, key });
  expect(Math.abs(found.losses.energy! / reference(theta) - 1)).toBeLessThan(1e-5);
  const expected = differences(reference, theta);
  const size = Math.hypot(...expected);
  for (const [i, g] of found.gradients["energy.energy"]!.entries())
    expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
});

describe("on a Gaussian energy", () => {
  const replicates = async (at: number, sigma: number) =>
    (
      await gradientReplicates({
        model: precisionModel,
        iteration: conditionalNce(precisionModel, 256, { sigma, ratio: 2 }),
        params: { energy: tensor(Float32Array.of(at)), flow: tensor(Float32Array.of(0, 0)) },
        key: fold(key, `${at} ${sigma}`),
        count: 300,
        iterations: 1,
        carry: () => ({}),
        batch: (k) => normalRows(k, 256),
      })
    )[0]!;

  // 4 standard errors: false alarms once in 16000 each, were the seeds not fixed.
  it.each([0.2, 1, 3])("has gradient zero at the truth and points to it from either side, σ = %f", async (sigma) => {
    expect(Math.abs(scoreOf(await replicates(1, sigma), 0).score)).toBeLessThan(4);
    expect(scoreOf(await replicates(0.7, sigma), 0).score).toBeLessThan(-10);
    expect(scoreOf(await replicates(1.4, sigma), 0).score).toBeGreaterThan(10);
  });

  it("is log 2 + σ²/4 times exact score matching where σ is small", async () => {
    // Every pair of signs: mean x² = m, mean ε² = 1 and mean xε = 0, exactly.
    const [{ flow: _, ...model }, scale, theta, sigma] = [precisionModel, 1.5, 0.8, 0.05];
    const x = tensor(Float32Array.of(scale, scale, -scale, -scale), [4, 1]);
    const noise = { epsilon: tensor(Float32Array.of(1, -1, 1, -1), [4, 1, 1]) };
    const found = await given(model, conditionalNce(model, 4, { sigma }), { theta: [theta], batch: x, noise });
    const m = scale ** 2;
    expect((found.loss - Math.LN2) / (sigma ** 2 / 4) / (0.5 * theta ** 2 * m - theta)).toBeCloseTo(1, 1);
    expect(found.gradient[0]! / (sigma ** 2 / 4) / (theta * m - 1)).toBeCloseTo(1, 2);
  });
});

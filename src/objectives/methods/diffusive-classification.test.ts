import { describe, expect, it } from "vitest";
import { gradientReplicates, scoreOf } from "../../../test/support/known-models.js";
import { biasedLevels, curvedLevels, ladders, twoToOne, varianceLevels } from "../../../test/support/level-models.js";
import { logSumExp } from "../../../test/support/noise-models.js";
import { average, differences, given, points } from "../../../test/support/score-models.js";
import { sgd } from "../../optim/sgd.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { compileTrainer } from "../../train/trainer.js";
import { type FloatTensor, floats, tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";
import { diffusiveClassification } from "./diffusive-classification.js";
import { multiScaleDenoising } from "./multi-scale-denoising.js";

const key = makeKey(72);

describe("the loss", () => {
  const [ROWS, LEVELS, WEIGHT, theta] = [64, 5, 0.7, [0.7, -0.6, 0.3]];
  const batch = tensor(normal(key, [ROWS, 2]).data, [ROWS, 2]);
  const iteration = diffusiveClassification(curvedLevels.model, ROWS, { levels: LEVELS, weight: WEIGHT });
  const noise = drawNoise(fold(key, "noise"), iteration.noise);
  const e = noise.epsilon!.data;
  const pairOf = (i: number) => [e[2 * i]!, e[2 * i + 1]!] as const;
  const rowLevels = ladders(noise.level!, ROWS, LEVELS, curvedLevels.range);

  const classification = (at: readonly number[]): number =>
    average(
      points(batch).map(([x, y], i) => {
        const [[p, q], sigmas] = [pairOf(i), rowLevels[i]!];
        const noisy = [x + sigmas[0]! * p, y + sigmas[0]! * q] as const;
        const energies = sigmas.map((sigma) => curvedLevels.energy(noisy, sigma, at));
        return energies[0]! + logSumExp(energies.map((v) => -v));
      }),
    );
  const denoising = (at: readonly number[]): number =>
    average(
      points(batch).map(([x, y], i) => {
        const [[p, q], sigma] = [pairOf(i), rowLevels[i]![0]!];
        const [g, h] = curvedLevels.gradient([x + sigma * p, y + sigma * q], sigma, at);
        return 0.5 * ((p - sigma * g) ** 2 + (q - sigma * h) ** 2);
      }),
    );

  it("is the entropy of the level given the row and the denoising, in double precision, and so is its gradient", async () => {
    const { loss, gradient, metrics } = await given(curvedLevels.model, iteration, { theta, batch, noise });
    const whole = (at: readonly number[]): number => WEIGHT * classification(at) + denoising(at);
    expect(Math.abs(metrics.classification! / classification(theta) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(metrics.denoising! / denoising(theta) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(loss / whole(theta) - 1)).toBeLessThan(1e-5);
    const expected = differences(whole, theta);
    const size = Math.hypot(...expected);
    for (const [i, g] of gradient.entries()) expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
  });

  it("is that of a row whose levels are of equal ratio and cover the range, whichever is its own", () => {
    for (const [i, sigmas] of rowLevels.entries()) {
      const logs = [...sigmas].sort((a, b) => a - b).map(Math.log);
      const ratio = Math.log(10) / LEVELS;
      for (const [k, v] of logs.entries()) expect(v - logs[0]!).toBeCloseTo(k * ratio, 6);
      expect(logs[0]! - Math.log(0.2), `row ${i}`).toBeLessThan(ratio);
    }
  });

  it("is log L where levels are not told apart", async () => {
    const { metrics } = await given(curvedLevels.model, iteration, { theta: [0, 0, 0], batch, noise });
    expect(metrics.classification).toBeCloseTo(Math.log(LEVELS), 5);
  });
});

const ROWS = 240;
const normalBatch =
  (sd: number) =>
  (own: Key): FloatTensor =>
    tensor(
      normal(own, [ROWS, 1]).data.map((v) => sd * v),
      [ROWS, 1],
    );

/** Scores of the gradients by every parameter: how many errors they are from zero. */
async function scores(model: Model, theta: readonly number[], batch: (key: Key) => FloatTensor): Promise<number[]> {
  const found = await gradientReplicates({
    ...{ model, iteration: diffusiveClassification(model, ROWS), key, count: 60, iterations: 1, batch },
    params: { energy: tensor(Float32Array.from(theta)) },
    carry: () => ({}),
  });
  return found.map((slopes) => scoreOf(slopes, 0).score);
}

// 60 independent numbers are beyond 5 standard errors of their mean about once in 2e5.
describe("on a Gaussian, the gradient", () => {
  const variance = 1.5;
  const at = (theta: number[]) => scores(varianceLevels, theta, normalBatch(Math.sqrt(variance)));

  it("is zero on average at the truth, by the variance and by the constants of levels", async () => {
    const [byVariance, byConstants] = await at([variance, 0, 0]);
    expect(Math.abs(byVariance!)).toBeLessThan(5);
    expect(Math.abs(byConstants!)).toBeLessThan(5);
  });

  it("leads to it from either side, also where only the constants of levels are wrong", async () => {
    expect((await at([0.7, 0, 0]))[0]).toBeLessThan(-10);
    expect((await at([3, 0, 0]))[0]).toBeGreaterThan(10);
    expect((await at([variance, -0.3, 0]))[1]).toBeLessThan(-10);
    expect((await at([variance, 0.3, 0]))[1]).toBeGreaterThan(10);
  });

  it("leaves the one constant that all levels share", async () => {
    const iteration = diffusiveClassification(varianceLevels, ROWS);
    const noise = drawNoise(key, iteration.noise);
    const batch = normalBatch(1)(key);
    const { gradient } = await given(varianceLevels, iteration, { theta: [1, 0.2, 0.5], batch, noise });
    expect(Math.abs(gradient[2]!)).toBeLessThan(1e-6);
  });
});

describe("log Z", () => {
  const iteration = diffusiveClassification(varianceLevels, ROWS);
  const logZ = async (theta: number[]) => {
    const [batch, noise] = [normalBatch(1)(fold(key, "rows")), drawNoise(fold(key, "noise"), iteration.noise)];
    return (await given(varianceLevels, iteration, { theta, batch, noise })).metrics.logZ!;
  };

  it("is that of the energy at the largest level, whether the energy is right or not", async () => {
    // 240 weights spread by at most 0.07: 0.02 is above 4 of the error of their mean.
    for (const v of [0.5, 1, 2])
      for (const c of [0, 0.4]) expect(Math.abs((await logZ([v, c, 0.7])) + 0.7 + c * Math.log(3))).toBeLessThan(0.02);
  });
});

describe("the weights of two modes 2:1", () => {
  const truth = Math.log(2);
  const model = biasedLevels([0.05, 3]);
  const rows = (own: Key) => twoToOne(own, ROWS);
  const byBoth = (theta: number[]) => scores(model, theta, rows);

  it("are at the truth where the gradient is zero, at the levels that do not join them too", async () => {
    for (const score of await byBoth([truth, truth])) expect(Math.abs(score)).toBeLessThan(5);
    expect((await byBoth([truth - 0.5, truth]))[0]).toBeLessThan(-10);
    expect((await byBoth([truth + 0.5, truth]))[0]).toBeGreaterThan(10);
  });

  it("are handed down in training; denoising alone learns them only where modes are joined", async () => {
    const start = Float32Array.of(-2, -1);
    async function learn(objective: typeof diffusiveClassification | typeof multiScaleDenoising): Promise<number[]> {
      // Adam would make steps of noise where the gradient has all but vanished.
      const own = sgd.make({ learningRate: 20 });
      const optimizers = { energy: own, flow: own };
      const trainer = await compileTrainer({
        model,
        iteration: objective(model, ROWS),
        optimizers,
        batch: ROWS,
        average: 0.95,
      });
      let state = trainer.start(key, rows(key), { energy: start });
      for (let t = 0; t < 300; t++) {
        const at = fold(key, t);
        state = (await trainer.step(state, rows(fold(at, "rows")), at)).state;
      }
      return Array.from(floats(state["average.energy"]!));
    }
    // Over eight keys all three spread by 0.05 about the truth: 0.25 is 5 of that.
    const [small, large] = await learn(diffusiveClassification);
    expect(Math.abs(small! - truth)).toBeLessThan(0.25);
    expect(Math.abs(large! - truth)).toBeLessThan(0.25);
    const [blind, seeing] = await learn(multiScaleDenoising);
    expect(Math.abs(blind! - start[0]!)).toBeLessThan(1e-3);
    expect(Math.abs(seeing! - truth)).toBeLessThan(0.25);
  });
});

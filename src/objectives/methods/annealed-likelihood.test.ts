import { describe, expect, it } from "vitest";
import { hostIteration } from "../../../test/support/host-iteration.js";
import {
  biasedModes,
  countSecond,
  gradientReplicates,
  modeRows,
  precisionModel,
  scoreOf,
  unitRows,
} from "../../../test/support/known-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { energyOf } from "../../energies/evaluate.js";
import { isingEnergy } from "../../energies/ising.js";
import { tilted } from "../../energies/tilted.js";
import { adam } from "../../optim/adam.js";
import { sgd } from "../../optim/sgd.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { trainLoop } from "../../train/loop.js";
import { compileTrainer } from "../../train/trainer.js";
import { mean, variance } from "../../util/moments.js";
import { tensor } from "../../util/tensor.js";
import type { Iteration, Model } from "../objective.js";
import { annealedLikelihood } from "./annealed-likelihood.js";
import { persistentContrastiveDivergence as pcd } from "./persistent-contrastive-divergence.js";

type Options = NonNullable<Parameters<typeof annealedLikelihood>[2]>;

const key = makeKey(88);
const ROWS = 64;

describe("on a Gaussian of precision θ", () => {
  const [theta, SCALE] = [3, 2];
  const params = { energy: tensor(Float32Array.of(theta)), flow: tensor(Float32Array.of(0, -0.5 * Math.log(theta))) };
  const exact = (1 - 1 / theta) / 2;
  const logZ = 0.5 * Math.log((2 * Math.PI) / theta);
  const biasOf = async (options: Options, count: number): Promise<{ value: number; error: number }> => {
    const iteration = annealedLikelihood(precisionModel, ROWS, { scale: SCALE, ...options });
    const run = { model: precisionModel, iteration, params, key, count, iterations: 1 };
    const found = (await gradientReplicates({ ...run, carry: () => ({}), batch: () => unitRows(ROWS) }))[0]!;
    return { value: mean(found) - exact, error: scoreOf(found, exact).error };
  };
  /** One leap from the base, and moves too short to make up for it: the weights do everything. */
  const leap = { temperatures: [0, 1], moves: 1, stepSize: 1e-9, adaptation: 0 };

  // Of x² the self-normalised mean is off by ρ(1/θ − 1/(2θ − 1/σ²))/n with the weights' second moment ρ, to first
  // order; the gradient by −½ of it.
  const first = (() => {
    const rest = 2 * theta - 1 / SCALE ** 2;
    const rho = (SCALE * theta) / Math.sqrt(rest);
    return -0.5 * rho * (1 / theta - 1 / rest);
  })();

  it("has a gradient whose bias is of order 1/N: what is known of one leap", async () => {
    expect(first).toBeCloseTo(-0.199, 3);
    const [few, more, many] = [
      await biasOf({ ...leap, chains: 4 }, 900),
      await biasOf({ ...leap, chains: 32 }, 900),
      await biasOf({ ...leap, chains: 512 }, 150),
    ];
    expect(few.value / few.error).toBeLessThan(-6);
    // 4 standard errors, and a tenth of the bias for the next order: false alarms once in 16 000, were seeds not fixed.
    expect(Math.abs(more.value - first / 32)).toBeLessThan(4 * more.error - (0.1 * first) / 32);
    expect(Math.abs(more.value)).toBeLessThan(Math.abs(few.value) / 4);
    expect(Math.abs(many.value - first / 512)).toBeLessThan(4 * many.error);
  });

  it("has less of it with more temperatures, and next to none as it comes", async () => {
    const moves = { moves: 2, stepSize: 0.05, adaptation: 0, chains: 4 };
    const one = await biasOf({ ...moves, temperatures: [0, 1] }, 900);
    const four = await biasOf({ ...moves, temperatures: [0, 0.05, 0.2, 0.5, 1] }, 900);
    expect(one.value / one.error).toBeLessThan(-4);
    expect(Math.abs(four.value)).toBeLessThan(0.5 * Math.abs(one.value));
    // 4 standard errors: false alarms once in 16 000, were the seeds not fixed.
    const usual = await biasOf({ stages: 6 }, 60);
    expect(usual.error).toBeLessThan(0.005);
    expect(Math.abs(usual.value)).toBeLessThan(4 * usual.error);
  });

  /** log Z of so many passes. */
  const passes = async (options: Options, count: number): Promise<number[]> => {
    const iteration = annealedLikelihood(precisionModel, ROWS, { scale: SCALE, ...options });
    const host = await hostIteration(precisionModel, iteration, ROWS);
    const found: number[] = [];
    for (let i = 0; i < count; i++) {
      const { metrics } = await host.step({ params, carry: {}, batch: unitRows(ROWS), key: fold(key, i) });
      const at = (name: string): number => numbers(metrics[name]!)[0]!;
      expect(at("crossEntropy")).toBeCloseTo(at("logZ") + theta / 2, 4);
      found.push(at("logZ"));
    }
    return found;
  };

  // 4 standard errors: false alarms once in 16 000 each, were the seeds not fixed.
  it("has log Z: its exponential is Z on average, itself it is low by half its variance", async () => {
    const given = { temperatures: [0, 0.05, 0.2, 0.5, 1], adaptation: 0, stepSize: 0.2, moves: 1 };
    const found = await passes({ ...given, chains: 8 }, 600);
    const ratios = found.map((v) => Math.exp(v - logZ));
    const ratio = scoreOf(ratios, 1);
    expect(Math.abs(ratio.score)).toBeLessThan(4);
    const low = scoreOf(found, logZ);
    expect(low.score).toBeLessThan(-4);
    expect(Math.abs(scoreOf(found, logZ - 0.5 * variance(found)).score)).toBeLessThan(4);
    const usual = scoreOf(await passes({ chains: 1024, stages: 6 }, 20), logZ);
    expect(usual.error).toBeLessThan(0.015);
    expect(Math.abs(usual.score)).toBeLessThan(4);
  });

  it("has nothing to weigh when the base is the flow and the flow is the model", async () => {
    const iteration = annealedLikelihood(precisionModel, ROWS, { base: "flow" });
    const host = await hostIteration(precisionModel, iteration, ROWS);
    const { metrics } = await host.step({ params, carry: {}, batch: unitRows(ROWS), key });
    const at = (name: string): number => numbers(metrics[name]!)[0]!;
    expect(at("logZ")).toBeCloseTo(logZ, 5);
    expect(at("ess")).toBeCloseTo(1, 5);
    expect(at("stages")).toBe(1);
  });
});

describe("the weight of a mode, as the one parameter of the energy", () => {
  const model: Model = { event: [2], energy: biasedModes };
  const [N, SECOND, STEPS, BURN] = [256, 64, 40, 20];
  const truth = Math.log((N - SECOND) / SECOND);
  const rows = modeRows(fold(key, "rows"), N, SECOND);

  /** The bias averaged over the end of training, one a seed. */
  async function biases(iteration: Iteration, seeds: number): Promise<number[]> {
    const own = sgd.make({ learningRate: 1 });
    const optimizers = { energy: own, flow: own };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: N, average: 0 });
    const found: number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const from = fold(key, seed);
      const state = trainer.start(from, rows, { energy: Float32Array.of(0) });
      let sum = 0;
      const after = (step: number, __: unknown, at: typeof state): undefined => {
        if (step > BURN) sum += numbers(at["params.energy"]!)[0]! / (STEPS - BURN);
      };
      await trainLoop({ trainer, data: rows, batch: N, steps: STEPS, key: from, state }, { after });
      found.push(sum);
    }
    return found;
  }

  /** How far the gradient at the maximum, which is zero, is off, in units of the curvature: an error of the log-odds. */
  async function offset(chains: number, count: number): Promise<{ value: number; error: number }> {
    const iteration = annealedLikelihood(model, N, { chains, stages: 8, moves: 2 });
    const params = { energy: tensor(Float32Array.of(truth)) };
    const run = { model, iteration, params, key, count, iterations: 1, carry: () => ({}), batch: () => rows };
    const found = (await gradientReplicates(run))[0]!;
    const curvature = (SECOND / N) * (1 - SECOND / N);
    return { value: -mean(found) / curvature, error: scoreOf(found, 0).error / curvature };
  }

  it("has a maximum at the log-odds of the data, up to a bias that falls with the population", async () => {
    expect(countSecond(rows)).toBe(SECOND);
    const [few, many] = [await offset(32, 450), await offset(512, 60)];
    // Found: 0.19 with 32 points, 0.13 with 128, 0.04 with 256 and with 512.
    expect(few.value / few.error).toBeGreaterThan(3);
    // 4 standard errors, and a sixteenth of the other bias.
    expect(many.error).toBeLessThan(0.04);
    expect(Math.abs(many.value)).toBeLessThan(4 * many.error + few.value / 16);
  });

  it("arrives there, though no point ever crosses", async () => {
    const found = await biases(annealedLikelihood(model, N, { chains: 512, stages: 8, moves: 2 }), 3);
    for (const bias of found) expect(Math.abs(bias - truth)).toBeLessThan(0.2);
  });

  it("is not found by as many moves from noise without weights, which reach both modes alike", async () => {
    const options = { chains: 128, localSteps: 12, stepSize: 0.02, start: "noise", restart: 1, local: "mala" } as const;
    for (const bias of await biases(pcd(model, N, options), 2)) expect(bias).toBeGreaterThan(truth + 1);
  });
});

it("knows log Z of a network while it is trained", async () => {
  const model: Model = { event: [1], energy: tilted({ hidden: [8] }, { event: [1] }) };
  const own = adam.make({ learningRate: 0.02 });
  const optimizers = { energy: own, flow: own };
  const chains = 1024;
  const iteration = annealedLikelihood(model, 256, { chains, stages: 6, moves: 2 });
  const trainer = await compileTrainer({ model, iteration, optimizers, batch: 256, average: 0 });
  // Two modes, at −1.2 and 0.8, three quarters of the rows in the first.
  const rows = tensor(
    normal(fold(key, "two"), [256, 1]).data.map((v, i) => 0.3 * v + (i % 4 === 0 ? 0.8 : -1.2)),
    [256, 1],
  );
  const energy = energyOf(model.energy);
  const [from, to, points] = [-8, 8, 4096];
  const grid = tensor(
    Float32Array.from({ length: points }, (_, i) => from + ((to - from) * (i + 0.5)) / points),
    [points, 1],
  );
  let state = trainer.start(key, rows);
  const errors: number[] = [];
  const truths: number[] = [];
  let entropy = 0;
  for (let i = 0; i < 120; i++) {
    const params = tensor(Float32Array.from(numbers(state["params.energy"]!)));
    const step = await trainer.step(state, rows, fold(key, i));
    state = step.state;
    entropy = step.metrics.crossEntropy!;
    expect(step.metrics.ess!).toBeGreaterThan(0.4);
    if (i % 5 !== 4) continue;
    const density = (await energy(grid, params)).reduce((sum, e) => sum + Math.exp(-e), 0);
    truths.push(Math.log((density * (to - from)) / points));
    errors.push(step.metrics.logZ! - truths.at(-1)!);
  }
  // Fresh points each time, so the errors are independent. 4 standard errors: once in 16 000 runs.
  expect(Math.abs(mean(errors))).toBeLessThan(4 * scoreOf(errors, 0).error);
  expect(Math.sqrt(variance(errors))).toBeLessThan(3 / Math.sqrt(chains));
  expect(Math.max(...truths) - Math.min(...truths)).toBeGreaterThan(0.2);
  // A Gaussian has at best 1.33 of such rows, ½ log 2πe + log of their deviation, 0.92.
  expect(entropy).toBeLessThan(1.33);
});

it("refuses discrete points, a base that the model lacks, and temperatures that are no schedule", () => {
  const spins = isingEnergy([2, 2], { coupling: 0.3, field: 0, boundary: "free", learn: true });
  expect(() => annealedLikelihood({ event: [2, 2], energy: spins }, 8)).toThrow(
    "objective annealed-likelihood: needs real points",
  );
  const { flow: _, ...flowless } = precisionModel;
  expect(() => annealedLikelihood(flowless, 8, { base: "flow" })).toThrow(
    "objective annealed-likelihood: needs a flow, and the model has none",
  );
  expect(() => annealedLikelihood(flowless, 8, { temperatures: [0.5, 1] })).toThrow(
    "objective annealed-likelihood: option temperatures: inverse temperatures go from 0 to 1",
  );
});

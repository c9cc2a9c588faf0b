import { describe, expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { gaussianProposal } from "../../test/support/sampler-targets.js";
import { resolveConfig } from "../config/config.js";
import { prepareData, type RunData } from "../config/prepare.js";
import type { Distribution } from "../data/dataset.js";
import { twoModes } from "../data/two-modes.js";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";

import { type Learned, learned } from "../inference/learned.js";

import { add, mul } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { mean } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { baselineLaws } from "./baseline.js";
import { type Evaluation, evaluateModel, heldOut } from "./evaluate.js";

const key = makeKey(91);
const nothing: Learned = { energy: undefined, flow: undefined };
const shifted = (energy: Energy, by: number): Energy =>
  makeEnergy({ event: energy.event, energy: (x) => add(energy(x), by) });

describe("a model that is its Gaussian base", () => {
  // In one dimension, standardised rows have the Gaussian N(0, 1): the base.
  const components = [{ mean: [3], covariance: 4 }];
  const given = {
    data: { dataset: "gaussian-mixture", options: { components }, points: 1000 },
    energy: { name: "tilted", hidden: [4] },
    steps: 1,
    batch: 8,
  };
  const options = { key, draws: 4000 };

  it("has exactly the likelihood of the fitted Gaussian, and log Z 0 without error from a flow that is it too", async () => {
    const { spec, model, data } = await assemble({ ...given, flow: { name: "realnvp", layers: 1, hidden: [4] } });
    const start = { energy: learned(spec.state, "energy"), flow: learned(spec.state, "flow") };
    const found = await evaluateModel(model, start, data, options);
    expect(found.logZ).toMatchObject({ proposal: "flow", draws: 4000 });
    expect(Math.abs(found.logZ.logZ.value)).toBeLessThan(1e-6);
    expect(found.logZ.logZ.standardError).toBeLessThan(1e-6);
    const { value, standardError, interval } = found.gaussian!.mean;
    for (const other of [found.model.mean, found.flow!.mean]) {
      expect(Math.abs(other.value - value)).toBeLessThan(1e-5);
      expect(Math.abs(other.standardError! - standardError!)).toBeLessThan(1e-5);
      expect(Math.abs(other.interval![0] - interval![0])).toBeLessThan(2e-5);
    }
    expect(Math.abs(found.gain.value)).toBeLessThan(1e-5);
    expect(Math.abs(value - (await closedForm(data)))).toBeLessThan(1e-5);
    expect(found.model.bitsPerDimension!.value).toBeCloseTo(-found.model.mean.value / Math.LN2, 5);
  });

  /** `−½ log 2πs² − (x − x̄)²/2s²` over the test rows, with the moments of the training rows, in their own units. */
  async function closedForm(data: RunData): Promise<number> {
    const train = data.coordinates.decode(data.train).data;
    const centre = mean(train);
    const square = mean(train.map((v) => (v - centre) ** 2));
    const test = data.coordinates.decode(data.test).data;
    return mean(test.map((v) => -0.5 * Math.log(2 * Math.PI * square) - (v - centre) ** 2 / (2 * square)));
  }

  // 3 standard errors: false alarms once in 370 runs, were the seed not fixed.
  it("has it to Monte Carlo error from a wider Gaussian, where there is no flow", async () => {
    const { spec, model, data } = await assemble({ ...given, flow: null, objective: { name: "cd" } });
    const found = await evaluateModel(model, { ...nothing, energy: learned(spec.state, "energy") }, data, options);
    expect(found).toMatchObject({ flow: null, truth: null, logZ: { proposal: "gaussian" } });
    const { value, standardError } = found.logZ.logZ;
    expect(standardError).toBeGreaterThan(1e-3);
    expect(standardError).toBeLessThan(0.02);
    expect(Math.abs(value)).toBeLessThan(3 * standardError!);
    expect(found.model.mean.value).toBeCloseTo(found.gaussian!.mean.value - value, 5);
  });
});

describe("units and constants", () => {
  const draw = twoModes({}).draw(key, 600);
  const inUnits = (unit: number): RunData => {
    const rows = tensor(
      draw.data.map((v) => unit * v),
      draw.shape,
    );
    const config = resolveConfig({ data: { file: "points.csv" } });
    return prepareData(config, { source: "points.csv", columns: ["x", "y"], rows });
  };
  const energy = mixtureEnergy([2], {
    means: [
      [-0.7, -0.7],
      [1.4, 1.4],
    ],
    variances: [0.1, 0.1],
    weights: [2, 1],
  });
  const judge = (e: Energy, data: RunData): Promise<Evaluation> =>
    evaluateModel({ event: [2], energy: e }, nothing, data, { key, draws: 5000 });

  it("of the data move every likelihood by the logarithm of the unit, and the gain by nothing", async () => {
    const [ones, tens] = [await judge(energy, inUnits(1)), await judge(energy, inUnits(10))];
    for (const name of ["model", "gaussian"] as const) {
      const [a, b] = [ones[name]!, tens[name]!];
      expect(b.mean.value - a.mean.value).toBeCloseTo(-2 * Math.log(10), 5);
      expect(b.mean.interval![1] - a.mean.interval![1]).toBeCloseTo(-2 * Math.log(10), 5);
      expect(b.mean.standardError).toBeCloseTo(a.mean.standardError!, 5);
      expect(b.bitsPerDimension!.value - a.bitsPerDimension!.value).toBeCloseTo(Math.log2(10), 5);
    }
    expect(tens.gain.value).toBeCloseTo(ones.gain.value, 5);
    expect(ones.gain.value).toBeCloseTo(ones.model.mean.value - ones.gaussian!.mean.value, 5);
    // Paired over rows, the error is not that of two separate means.
    const apart = Math.hypot(ones.model.mean.standardError!, ones.gaussian!.mean.standardError!);
    expect(ones.gain.standardError).toBeLessThan(apart);
  });

  it("of a law of two modes are compared with the best of the baselines, which is no Gaussian", async () => {
    const data = inUnits(1);
    const wide = gaussianEnergy([2], 0, 1);
    const judged = (further: boolean): Promise<Evaluation> => {
      const laws = baselineLaws(wide.support, data.train, { further, key });
      return evaluateModel({ event: [2], energy: wide }, nothing, data, { key, draws: 5000, laws });
    };
    const [few, all] = [await judged(false), await judged(true)];
    expect(few.baselines!.map(({ name }) => name)).toEqual(["fitted Gaussian"]);
    expect(all.baselines!.map(({ name }) => name)).toEqual(["fitted Gaussian", "Gaussian mixture", "kernel density"]);
    const of = (name: string) => all.baselines!.find((own) => own.name === name)!;
    for (const { likelihood, gain } of all.baselines!)
      expect(gain.value).toBeCloseTo(all.model.mean.value - likelihood.mean.value, 5);
    expect(of("Gaussian mixture").likelihood.mean.value).toBeGreaterThan(
      of("fitted Gaussian").likelihood.mean.value + 0.3,
    );
    expect(all.gain).toEqual(of("Gaussian mixture").gain);
    expect(all.gain.value).toBeLessThan(few.gain.value);
    expect(all.verdict).toMatch(/^A mixture of \d+ Gaussians explains held-out rows better than the model/);
  });

  it("of the energy move log Z alone", async () => {
    const [plain, raised] = [await judge(energy, inUnits(1)), await judge(shifted(energy, 7), inUnits(1))];
    expect(raised.logZ.logZ.value - plain.logZ.logZ.value).toBeCloseTo(-7, 4);
    expect(raised.logZ.logZ.standardError).toBeCloseTo(plain.logZ.logZ.standardError!, 4);
    expect(raised.model.mean.value).toBeCloseTo(plain.model.mean.value, 4);
    expect(raised.gain.value).toBeCloseTo(plain.gain.value, 4);
  });

  it("are those of the held-out rows in the model's coordinates while training", async () => {
    const data = inUnits(10);
    const found = await heldOut({ event: [2], energy }, nothing, data.test, { key, draws: 5000 });
    const whole = await judge(energy, data);
    // Another key for its proposals: alike to their error.
    const error = Math.hypot(found.logZ.logZ.standardError!, whole.logZ.logZ.standardError!);
    const inModel = whole.model.mean.value + data.coordinates.logVolume;
    expect(Math.abs(found.likelihood.mean.value - inModel)).toBeLessThan(4 * error);
    expect(found.weighted.x.shape).toEqual([5000, 2]);
  });

  it("ask every estimator where told to, and hold the likelihoods to what they say together", async () => {
    const data = inUnits(1);
    const found = await evaluateModel({ event: [2], energy }, nothing, data, { key, draws: 2000, estimators: true });
    const { rows, agreement } = found.estimates!;
    expect(agreement.agree).toBe(true);
    expect(rows.length).toBeGreaterThanOrEqual(7);
    // The importance estimate of the table is the one that stands by itself.
    expect(rows.find(({ name }) => name === "importance")!.logZ.value).toBe(found.logZ.logZ.value);
    expect(found.normaliser).toEqual(agreement.combined);
    expect(Math.abs(found.normaliser.value)).toBeLessThan(1e-6);
    const alone = await judge(energy, data);
    expect(alone.estimates).toBeNull();
    expect(alone.normaliser).toEqual(alone.logZ.logZ);
    const raw = (e: Evaluation): number => e.model.mean.value + e.normaliser.value;
    expect(raw(found)).toBeCloseTo(raw(alone), 6);
    // Quadrature leaves the error of the rows alone.
    expect(found.model.mean.standardError).toBeLessThan(alone.model.mean.standardError!);
  });

  it("decide nothing where the estimators disagree: a flow that misses a mode", async () => {
    const { flow, flowParams } = gaussianProposal(2, -0.7, 0.4);
    const learnt = { energy: undefined, flow: flowParams };
    const model = { event: [2], energy, flow };
    const found = await evaluateModel(model, learnt, inUnits(1), { key, draws: 2000, estimators: true });
    expect(found.logZ.note).toBeNull();
    expect(found.estimates!.agreement.agree).toBe(false);
    expect(found.verdict).toMatch(/^Not decided: the estimates of log Z disagree: .* standard errors/);
    // By itself importance sampling is sure, and wrong.
    const alone = await evaluateModel(model, learnt, inUnits(1), { key, draws: 2000 });
    expect(alone.verdict).toMatch(/^The model explains/);
    expect(Math.abs(alone.normaliser.value - Math.log(2 / 3))).toBeLessThan(0.05);
  });

  it("says in words which of the two explains held-out rows better, if any", async () => {
    const verdict = async (e: Energy, data = inUnits(1)) => (await judge(e, data)).verdict;
    expect(await verdict(energy)).toMatch(/^The model explains held-out rows better than a fitted Gaussian, by \d/);
    expect(await verdict(gaussianEnergy([2], 0, 1.6))).toMatch(
      /^A fitted Gaussian explains .* better than the model, by \d/,
    );
    const far = gaussianEnergy([2], 20, 0.1);
    expect(await verdict(far)).toMatch(/^Not decided: the estimate of log Z is not to be trusted \(/);
    const unheld = { ...inUnits(1), test: tensor(new Float32Array(0), [0, 2]) };
    expect(await verdict(energy, unheld)).toMatch(/^Not decided: no rows were held out/);
  });
});

describe("beside the law of its data", () => {
  const config = resolveConfig({ data: { dataset: "two-modes", points: 2000 } });
  const law: Distribution = twoModes({});
  const data = prepareData(config, undefined);
  const { coordinates } = data;

  /** A mixture as an energy of standardised points: `E(z) = −log p(mean + scale z) − Σ log scale`. */
  const asModel = (weights: readonly [number, number]): Energy => {
    const { mean: centre, scale } = coordinates.affine!;
    const mixture = mixtureEnergy([2], {
      means: [
        [-1, -1],
        [1, 1],
      ],
      variances: [0.05, 0.05],
      weights,
    });
    const single = (v: Float64Array) => constant(tensor(Float32Array.from(v)));
    const energy: Energy = makeEnergy({
      event: [2],
      energy: (z) => mixture(add(mul(z, single(scale)), single(centre))),
    });
    return shifted(energy, -coordinates.logVolume);
  };
  const judge = async (weights: readonly [number, number]) => {
    const model = { event: [2], energy: asModel(weights) };
    return evaluateModel(model, nothing, data, { key, draws: 20_000, distribution: law });
  };

  it("the law itself has divergence 0, its own weights, log Z 0 and the likelihood of the truth", async () => {
    const { truth, model, logZ } = await judge([2, 1]);
    expect(truth!.grid!.logZ).toBeCloseTo(0, 4);
    expect(truth!.grid!.edgeMass).toBeLessThan(1e-4);
    expect(Math.abs(truth!.grid!.kl)).toBeLessThan(1e-5);
    expect(truth!.grid!.totalVariation).toBeLessThan(1e-4);
    const { truth: exact, model: onGrid, modelByImportance, flow, data: ofRows } = truth!.modeWeights!;
    expect(exact[0]).toBeCloseTo(2 / 3, 12);
    expect(onGrid!.weights[1]).toBeCloseTo(1 / 3, 4);
    expect(onGrid!.outside).toBeCloseTo(0, 6);
    expect(flow).toBeNull();
    const labels = Array.from(law.modes!.assign(coordinates.decode(data.train)));
    expect(ofRows.weights[1]!.value).toBeCloseTo(labels.filter((l) => l === 1).length / labels.length, 12);
    // 4 standard errors: false alarms once in 1.5e4 runs, were the seed not fixed.
    const w = modelByImportance.weights[1]!;
    expect(Math.abs(w.value - 1 / 3)).toBeLessThan(4 * w.standardError!);
    expect(Math.abs(logZ.logZ.value)).toBeLessThan(4 * logZ.logZ.standardError!);
    const rows: FloatTensor = coordinates.decode(data.test);
    expect(model.mean.value + logZ.logZ.value).toBeCloseTo(mean(law.logDensity(rows)), 4);
  });

  it("other weights have the divergence Σ w log w/v, and half the sum of differences as total variation", async () => {
    const { truth } = await judge([1, 1]);
    expect(truth!.grid!.kl).toBeCloseTo((2 / 3) * Math.log(4 / 3) + (1 / 3) * Math.log(2 / 3), 4);
    expect(truth!.grid!.totalVariation).toBeCloseTo(1 / 6, 4);
    expect(truth!.modeWeights!.model!.weights[1]).toBeCloseTo(1 / 2, 4);
  });
});

/** Who is given an engine computes on it alone: here the thread's own engine cannot even be loaded. */

import { beforeAll, expect, it, vi } from "vitest";
import { fitConditional } from "../../src/conditional/fit-conditional.js";
import { doctor } from "../../src/doctor/doctor.js";
import { classifierEnergy } from "../../src/energies/classifier.js";
import type { Energy } from "../../src/energies/energy.js";
import { energyOf } from "../../src/energies/evaluate.js";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import { neuralEnergy } from "../../src/energies/neural.js";
import { rbmEnergy } from "../../src/energies/rbm.js";
import type { Estimator } from "../../src/estimators/estimator.js";
import * as members from "../../src/estimators/members.js";
import { drawFlow } from "../../src/flows/draw-flow.js";
import { realnvp } from "../../src/flows/realnvp.js";
import { classProbabilities } from "../../src/inference/class-probabilities.js";
import { classify } from "../../src/inference/classify.js";
import { denoise } from "../../src/inference/denoise.js";
import { impute } from "../../src/inference/impute.js";
import { logRatio } from "../../src/inference/log-ratio.js";
import { openModel } from "../../src/model/open.js";
import { persistentContrastiveDivergence } from "../../src/objectives/methods/persistent-contrastive-divergence.js";
import { adam } from "../../src/optim/adam.js";
import { normal } from "../../src/random/draw.js";
import { makeKey } from "../../src/random/key.js";
import type { Engine } from "../../src/runtime/engine.js";
import { ownPlace } from "../../src/runtime/own-place.js";
import { placeEngine } from "../../src/runtime/place-engine.js";
import { evaluate } from "../../src/runtime/program.js";
import { sample } from "../../src/samplers/driver/sample.js";
// A name that no runner takes for one of its own.
import { fit as fitRows } from "../../src/train/fit.js";
import { compileTrainer } from "../../src/train/trainer.js";
import { tensor } from "../../src/util/tensor.js";
import { equipped, quick, shiftedGaussian, spins } from "../support/log-z-models.js";

vi.mock("onnxruntime-node", () => {
  throw new Error("the thread's own engine was asked for");
});
vi.stubEnv("EBBFLOW_ENGINE", "onnx");

const key = makeKey(31);
const rows = normal(key, [3, 2]);
const gaussian = gaussianEnergy([2], 0, 1);
const counts = { key, chains: 2, warmup: 5, draws: 5 };
let engine: Engine;
beforeAll(() => {
  engine = placeEngine(ownPlace("onnx-wasm"));
});

it("the control: what is given none fails", async () => {
  await expect(evaluate({})).rejects.toThrow("error when mocking a module");
  await expect(energyOf(gaussian)(rows, undefined)).rejects.toThrow();
  expect(await energyOf(gaussian, "float64", { engine })(rows, undefined)).toHaveLength(3);
});

/** Hardly any of everything: what is asked is where it is computed. */
const few = (name: string): Record<string, number> =>
  Object.fromEntries(Object.keys(quick[name] ?? {}).map((option) => [option, option === "draws" ? 100 : 12]));

const estimators = Object.values(members) as unknown as readonly Estimator[];
it.each(estimators.map((e) => [e.name, e] as const))("estimator %s", async (name, estimate) => {
  const models = [shiftedGaussian(1), await spins(), { ...shiftedGaussian(1), flow: undefined, flowParams: undefined }];
  const fits = models.map((model) => equipped(model, key, { draws: 20 })).filter((m) => estimate.whyNot(m) === null);
  // A log Z that is an expression, not a number.
  const machine = rbmEnergy([4], { hiddenUnits: 2, weightScale: 0.1 });
  if (name === "exact") fits.push({ energy: machine, params: tensor(machine.init(key)) });
  expect(fits.length).toBeGreaterThan(0);
  for (const model of fits)
    expect((await estimate({ ...model, engine }, key, few(name) as never)).logZ.value).toBeLessThan(100);
});

it("samplers and flows", async () => {
  const flow = realnvp({ layers: 1, hidden: [4] }, [2]);
  const flowParams = tensor(flow.init(key));
  await drawFlow(flow, flowParams, key, 3, { engine });
  const { x } = await sample({ energy: gaussian, flow, flowParams, ...counts, engine });
  expect(x.shape).toEqual([2, 5, 2]);
});

it("inference", async () => {
  const model = { energy: gaussian, engine };
  await logRatio(model, rows, rows);
  await classify(
    [
      { ...model, logZ: 0 },
      { ...model, logZ: 1 },
    ],
    rows,
  );
  await impute(model, tensor(Float64Array.of(Number.NaN, 1), [1, 2]), counts);
  await denoise(model, rows, { sigma: 0.3, ...counts });
  await denoise(model, rows, { sigma: 0.3, method: "gradient" });
  const classes = classifierEnergy([2], { hidden: [4], activation: "tanh", residual: false }, 3);
  const found = await classProbabilities({ energy: classes, params: tensor(classes.init(key)), engine }, rows);
  expect(found.classes).toHaveLength(3);
});

it.each([
  ["a Gaussian", gaussian],
  ["an RBM", rbmEnergy([4], { hiddenUnits: 2, weightScale: 0.1 })],
] as [string, Energy][])("the doctor of %s", async (_, energy) => {
  const { findings } = await doctor({ energy, key, engine });
  expect(findings.filter(({ level }) => level === "bad")).toEqual([]);
});

it("the trainer", async () => {
  const energy = neuralEnergy([2], { hidden: [4], activation: "tanh", residual: false });
  const model = { event: [2], energy };
  const iteration = persistentContrastiveDivergence(model, 4, { chains: 4, localSteps: 1 });
  const optimizers = { energy: adam.make({ learningRate: 0.01 }) };
  const trainer = await compileTrainer({ model, iteration, optimizers, batch: 4, average: 0, engine });
  const data = normal(key, [4, 2]);
  const { state } = await trainer.step(trainer.start(key, data), data, key);
  expect(state.step!.data[0]).toBe(1);
});

const small = { steps: 3, batch: 8, draws: 100, flow: { layers: 1, hidden: [2] }, energy: { hidden: [4] } };

it("a fit, and the model it gives", async () => {
  const table = normal(key, [40, 2]);
  const model = await fitRows(table, { ...small, pretrain: 2, evaluateEvery: 2, engine });
  await model.score(table);
  await model.sample(4, { chains: 2, warmup: 2 });
  await model.impute([[Number.NaN, 0]], counts);
  await model.denoise([[0, 0]], { sigma: 0.3, ...counts });
  const opened = await openModel(await model.bytes(), { engine });
  expect(await opened.logDensity(table)).toEqual(await model.logDensity(table));
});

it("a conditional fit", async () => {
  const given = await fitConditional(rows, rows, { steps: 2, batch: 2, validation: 0.34, engine });
  expect(await given.logDensity(rows, rows)).toHaveLength(3);
  expect((await given.sample(rows)).shape).toEqual([3, 2]);
});

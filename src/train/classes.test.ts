/** Rows with labels, from the fit to its uses. */

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import {
  buildIteration,
  buildModel,
  buildOptimizers,
  classCount,
  prepareData,
  runKey,
  trainingLabels,
} from "../config/prepare.js";
import { validatorOf } from "../evaluation/validate.js";
import { classProbabilities } from "../inference/class-probabilities.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { mean, variance } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { fit as fitted } from "./fit.js";
import { trainLoop } from "./loop.js";
import { compileTrainer } from "./trainer.js";

const key = makeKey(37);

/** Two Gaussians of unit variance around (±1.2, 0), a third of the rows of the first. */
function twoClasses(n: number): { rows: FloatTensor; labels: string[] } {
  const labels = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? "left" : "right"));
  const noise = normal(fold(key, n), [n, 2], "float64").data;
  const shift = (i: number): number => (i % 2 === 1 ? 0 : labels[i >> 1] === "left" ? -1.2 : 1.2);
  return {
    rows: tensor(
      noise.map((v, i) => 10 * (v + shift(i))),
      [n, 2],
    ),
    labels,
  };
}

/** `p(right | x)`, in the units of the rows. */
const truth = (x1: number): number => 1 / (1 + 0.5 * Math.exp((-2 * 1.2 * x1) / 10));

describe("a fit with labels", () => {
  const small = { steps: 300, batch: 128, energy: { hidden: [16] }, seed: 2, draws: 1000 };
  const optimizer = { energy: { name: "adam", learningRate: 0.01 } };
  const likelihood = { name: "pcd", local: "mala", chains: 64, stepSize: 0.05, localSteps: 5 } as const;
  const { rows, labels } = twoClasses(1500);
  const model = fitted(rows, {
    ...{ ...small, labels, flow: null, optimizer, objective: { name: "jem", likelihood } },
    evaluateEvery: 100,
  });

  it("knows the classes nearly as well as Bayes' rule, in the units of the rows", async () => {
    const { classes, classify, evaluation, config } = await model;
    expect([classes, config.energy.name]).toEqual([["left", "right"], "classifier"]);
    const other = twoClasses(900);
    const found = await classify(other.rows);
    const [own, best] = [
      found.probabilities.data,
      Array.from({ length: 900 }, (_, i) => truth(other.rows.data[2 * i]!)),
    ];
    const loss = (p: (i: number) => number): number[] =>
      other.labels.map((label, i) => -Math.log(label === "right" ? p(i) : 1 - p(i)));
    // What 1200 rows cannot tell of about 50 parameters is 50/2400 nats; Bayes' rule itself loses 0.28.
    const excess = mean(loss((i) => own[2 * i + 1]!)) - mean(loss((i) => best[i]!));
    expect(excess).toBeLessThan(0.03);
    expect(excess).toBeGreaterThan(-0.01);
    expect([...found.classes].slice(0, 50)).toEqual(
      Array.from({ length: 50 }, (_, i) => (own[2 * i + 1]! > 0.5 ? 1 : 0)),
    );
    const { accuracy, calibration, commonest, rows: judged } = evaluation.classes!;
    expect(judged).toBe(300);
    expect(commonest).toBeCloseTo(2 / 3, 1);
    // Bayes' rule is right in 0.89; five standard errors of 300 rows are 0.09.
    expect(accuracy.value).toBeGreaterThan(0.8);
    expect(calibration.pValue).toBeGreaterThan(0.001);
  });

  it("draws points of one class", async () => {
    const { sample } = await model;
    for (const [name, centre] of [
      ["left", -12],
      ["right", 12],
    ] as const) {
      const { data } = await sample(300, { class: name, chains: 100, thin: 10 });
      const first = Array.from({ length: 300 }, (_, i) => data[2 * i]!);
      // The model is off by a few parts in a hundred, and 300 draws of deviation 10 by 0.6.
      expect(Math.abs(mean(first) - centre)).toBeLessThan(4);
      expect(Math.sqrt(variance(first))).toBeLessThan(14);
    }
    await expect(sample(10, { class: "lft" })).rejects.toThrow('there is no class lft, did you mean "left"?');
  });

  it("refuses labels that make none", async () => {
    const nine = twoClasses(9).rows;
    const give = (labels: readonly (string | number)[], more = {}) => fitted(nine, { labels, ...small, ...more });
    await expect(give(["a"])).rejects.toThrow("fit: 1 labels for 9 rows; expected one each");
    const eight = ["a", "b", "a", "b", "a", "b", "a", "b"];
    await expect(give([...eight, ""])).rejects.toThrow("the label of row 8 (from 0) is missing");
    await expect(give([...eight, Number.NaN])).rejects.toThrow(InputError);
    await expect(give(new Array(9).fill("a"))).rejects.toThrow("every label is a; at least two classes");
    await expect(give([1, 2, 3, 4, 5, 6, 7, 8, 9])).rejects.toThrow("9 different labels in 9 rows");
    await expect(give([0, 1, 0, 1, 0, 1, 0, 1, 2], { classes: 2 })).rejects.toThrow("label 2 is out of range");
    const plain = fitted(twoClasses(60).rows, { steps: 2, batch: 16, energy: { hidden: [4] }, draws: 200 });
    await expect((await plain).classify(nine)).rejects.toThrow("trained on rows without labels");
  });
});

it("are judged on validation rows together with them: log p(x) + log p(y | x)", async () => {
  const { rows, labels } = twoClasses(90);
  const config = resolveConfig({ data: { file: "memory", label: "kind" }, energy: { hidden: [4] } });
  const column = { column: "kind", cells: labels, rows: labels.map((_, i) => i) };
  const table = { source: "memory", columns: ["a", "b"], rows: tensor(Float64Array.from(rows.data), rows.shape) };
  const data = prepareData(config, { ...table, labels: column });
  const model = buildModel({ ...config, flow: null }, [2], classCount(data));
  const learned = { energy: normal(key, [model.energy.layout.size]), flow: undefined };
  const how = { key, draws: 500 };
  const both = await validatorOf(model, data, how)(learned);
  const { labels: _, ...unlabelled } = data;
  const points = await validatorOf(model, unlabelled, how)(learned);
  const { probabilities } = await classProbabilities({ energy: model.energy, params: learned.energy }, data.validation);
  const logs = Array.from(data.labels!.validation, (y, i) => Math.log(probabilities.data[2 * i + y]!));
  expect(both.likelihood.mean.value).toBeCloseTo(points.likelihood.mean.value + mean(logs), 5);
  expect(mean(logs)).toBeLessThan(-0.1);
  expect(both.logZ).toEqual(points.logZ);
});

it("goes on bit for bit where it stopped, and depends on the labels", async () => {
  const { rows, labels } = twoClasses(60);
  const config = resolveConfig({
    data: { file: "memory", label: "kind", validation: 0 },
    ...{ energy: { hidden: [4] }, flow: null, steps: 6, batch: 16, select: "last" },
    objective: { name: "jem", likelihood: { name: "cd", localSteps: 2 } },
  });
  const column = { column: "kind", cells: labels, rows: labels.map((_, i) => i) };
  const table = { source: "memory", columns: ["a", "b"], rows: tensor(Float64Array.from(rows.data), rows.shape) };
  const data = prepareData(config, { ...table, labels: column });
  const model = buildModel(config, [2], classCount(data));
  const iteration = buildIteration(config, model);
  const trainer = await compileTrainer({
    ...{ model, iteration, batch: 16, average: 0.9 },
    optimizers: buildOptimizers(config, 6),
  });
  const own = trainingLabels(trainer, data);
  expect(own.labels!.shape).toEqual([48, 2]);
  const state = trainer.start(runKey(config), data.train);
  const spec = { trainer, data: data.train, ...own, batch: 16, key, state };
  const whole = await trainLoop({ ...spec, steps: 6 });
  const half = await trainLoop({ ...spec, steps: 3 });
  const rest = await trainLoop({ ...spec, steps: 6, from: 3, state: half.state });
  const turned = tensor(
    Float32Array.from(own.labels!.data, (v) => 1 - v),
    [48, 2],
  );
  const other = await trainLoop({ ...spec, labels: turned, steps: 6 });
  const params = (s: typeof whole) => [...(s.state["params.energy"]!.data as Float32Array)];
  expect(params(rest)).toEqual(params(whole));
  expect(params(other)).not.toEqual(params(whole));
});

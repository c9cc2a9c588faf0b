/** Every function that takes rows of data takes nested arrays as it takes a tensor, and says in words what is no row. */

import { beforeAll, describe, expect, it } from "vitest";
import { beliefBound, drawBelief, trainDeepBelief } from "../../src/belief/index.js";
import { type ConditionalModel, fitConditional } from "../../src/conditional/index.js";
import { twoModes } from "../../src/data/index.js";
import { classifierEnergy, gaussianEnergy } from "../../src/energies/index.js";
import { classify, classProbabilities, denoise, impute, logRatio } from "../../src/inference/index.js";
import { energyDistance, goodnessTable, kernelSteinDiscrepancy } from "../../src/metrics/index.js";
import type { Trained } from "../../src/model/index.js";
import { normal } from "../../src/random/draw.js";
import { makeKey } from "../../src/random/key.js";
import { sample } from "../../src/samplers/index.js";
import { fit as fitRows } from "../../src/train/index.js";
import { InputError } from "../../src/util/errors.js";
import { asRows, type Rows } from "../../src/util/rows.js";
import { cast } from "../../src/util/tensor.js";

const key = makeKey(3);
const points = Array.from({ length: 12 }, (_, i) => [(5 * i) % 7, ((3 * i) % 11) - 4]);
const bits = Array.from({ length: 12 }, (_, i) => [i % 2, i % 3 === 0 ? 1 : 0, 1 - (i % 2)]);
const energy = gaussianEnergy([2], 0, 1);
const classes = classifierEnergy([2], { hidden: [], activation: "tanh", residual: false }, 2);
const classifier = { energy: classes, params: normal(key, [classes.layout.size]) };
const short = { chains: 1, warmup: 5, draws: 4, key };
const settings = { hidden: [2], steps: 2, batch: 4 };

let fitted: Trained;
let given: ConditionalModel;
let belief: Awaited<ReturnType<typeof trainDeepBelief>>;
const tiny = { steps: 2, batch: 8, draws: 100, flow: { layers: 2, hidden: [2] } };
beforeAll(async () => {
  const classes = { energy: { name: "classifier", hidden: [2] }, objective: { name: "jem" } };
  fitted = await fitRows(points, { ...tiny, ...classes, labels: points.map((_, i) => i % 2) });
  given = await fitConditional(points, points, { steps: 2, batch: 4 });
  belief = await trainDeepBelief(bits, settings, key);
});

type Entry = readonly [name: string, call: (rows: Rows) => unknown, rows?: readonly (readonly number[])[]];

const entries: readonly Entry[] = [
  ["fit", async (x) => (await fitRows(x, tiny)).evaluation],
  ["a fitted model's logDensity", (x) => fitted.logDensity(x)],
  ["a fitted model's classify", (x) => fitted.classify(x)],
  ["fitConditional", async (x) => (await fitConditional(x, points, { steps: 2, batch: 4 })).params],
  ["fitConditional's contexts", async (c) => (await fitConditional(points, c, { steps: 2, batch: 4 })).params],
  ["a conditional model's logDensity", (x) => given.logDensity(x, points)],
  ["a conditional model's sample", (c) => given.sample(c)],
  ["impute", (x) => impute({ energy }, x, short)],
  ["denoise", (y) => denoise({ energy }, y, { ...short, sigma: 0.5 })],
  ["logRatio", (a) => logRatio({ energy }, a, points)],
  ["logRatio's second", (b) => logRatio({ energy }, points, b)],
  [
    "classify",
    (x) =>
      classify(
        [0, 1].map((logZ) => ({ energy, logZ })),
        x,
      ),
  ],
  ["classProbabilities", (x) => classProbabilities(classifier, x)],
  ["a data set's logDensity", (x) => twoModes().logDensity(x)],
  ["a data set's modes", (x) => twoModes().modes!.assign(x)],
  ["a two-sample test", (x) => energyDistance({ x, y: points.slice(3), key }, { permutations: 5 })],
  ["a table of tests", (y) => goodnessTable({ x: points, y, key }, { permutations: 2 })],
  ["a Stein discrepancy", (x) => kernelSteinDiscrepancy({ x, scores: points, key }, { bootstraps: 5 })],
  ["its scores", (scores) => kernelSteinDiscrepancy({ x: points, scores, key }, { bootstraps: 5 })],
  ["trainDeepBelief", (rows) => trainDeepBelief(rows, settings, key), bits],
  ["beliefBound", (rows) => beliefBound(belief, rows, key, { draws: 3 }), bits],
  ["drawBelief", (start) => drawBelief(belief, key, start === bits ? bits.length : 12, { sweeps: 2, start }), bits],
];

describe.each(entries.map(([name, call, rows = points]) => ({ name, call, rows })))("$name", ({ call, rows }) => {
  it("takes nested arrays for the tensor they stand for", async () => {
    expect(await call(rows)).toEqual(await call(asRows("rows", rows)));
  });

  it("says which number of nested arrays is none, and which row is of another length", async () => {
    const refuses = (bad: readonly unknown[], words: string) =>
      expect((async () => call(bad as never))()).rejects.toThrow(new RegExp(words));
    const [first, ...rest] = rows;
    await refuses(
      [first, ["a", ...first!.slice(1)], ...rest],
      'row 1, column 0 \\(from 0\\) is "a"; expected a number',
    );
    await refuses([first, [...first!, 1], ...rest], "row 1 \\(from 0\\) has");
    await expect((async () => call(Float64Array.of(1, 2) as never))()).rejects.toThrow(InputError);
  });
});

it("starts chains at nested arrays in float32, and at a tensor in its own width", async () => {
  const run = (start: Rows) => sample({ energy, start, warmup: 0, draws: 3, key });
  const { x } = await run(points);
  expect(x).toEqual((await run(cast(asRows("start", points), "float32"))).x);
  expect(x.dtype).toBe("float32");
  expect((await run(asRows("start", points))).x.dtype).toBe("float64");
  await expect(run([[1, 2, 3]])).rejects.toThrow("start has shape (1, 3), expected (chains, 2)");
  await expect(run([[1], [2, 3]])).rejects.toThrow("sample: start: row 1 (from 0) has 2 numbers; expected 1");
});

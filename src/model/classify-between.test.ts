import { expect, it } from "vitest";
import { trainedNormal } from "../../test/support/trained-normal.js";
import { tensor } from "../util/tensor.js";
import { classifyBetween, type NamedModel } from "./classify-between.js";

const models: readonly NamedModel[] = [
  { name: "a", model: trainedNormal([0], [1], 100) },
  { name: "b", model: trainedNormal([3], [2], 300) },
];
const x = tensor(Float64Array.of(-1, 0, 1, 2, 5), [5, 1]);
const odds = (v: number, prior: number): number => {
  const a = Math.exp(-(v ** 2) / 2);
  return a / (a + (prior * Math.exp(-(((v - 3) / 2) ** 2) / 2)) / 2);
};

it("is Bayes' rule in the units of the data, as common as the models have rows or as is said", async () => {
  expect(models.map(({ model }) => model.data.rows)).toEqual([100, 300]);
  for (const [given, prior] of [
    [undefined, 3],
    [[2, 1], 0.5],
  ] as const) {
    const { probabilities } = await classifyBetween(models, x, given);
    // Each log Z is off by about 0.01, and 0.05 in the log-odds is 0.0125 in a probability at most.
    for (const [i, v] of x.data.entries())
      expect(Math.abs(probabilities.data[2 * i]! - odds(v, prior))).toBeLessThan(0.0125);
  }
});

it("needs columns in common, names of their own, and a prior each", async () => {
  const [a, b] = models as [NamedModel, NamedModel];
  const by = (more: NamedModel, priors?: number[]) => classifyBetween([a, more], x, priors);
  await expect(by(a)).rejects.toThrow("two models are called a");
  await expect(by(b, [1])).rejects.toThrow("1 priors for 2 models");
  await expect(by(b, [1, 0])).rejects.toThrow("prior of class 1 is 0");
  const other = { name: "b", model: trainedNormal([3], [2], 100, ["y"]) };
  await expect(by(other)).rejects.toThrow("b has columns y, and a a");
});

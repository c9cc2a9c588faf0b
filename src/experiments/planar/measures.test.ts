import { expect, it } from "vitest";
import { resultWith } from "../../../test/support/planar-runs.js";
import type { Learnt, Measure } from "./declaration.js";
import {
  errorOverDraws,
  errorOverGrid,
  modelAgainstTruth,
  negativesAgainstModel,
  startsAgainstModel,
  weightError,
  zoneMeasures,
} from "./measures.js";

/** A training whose zones have other weights under everything that has some: `[w, 1 − w]`. */
const halves = (w: number): number[] => [w, 1 - w];
const run = resultWith(halves(0.1), {
  zones: { start: halves(0.25), negatives: halves(0.32), model: halves(0.22) },
  logDensityError: { draws: 3, grid: 5 },
});
const learnt: Learnt = {
  ...run.learnt!,
  weights: { model: halves(0.5), chains: halves(0.6), flow: halves(0.7), data: halves(0.8) },
};
const of = (measure: Measure): number | null => measure.of(learnt, run);

it("compares zones of what its name says, by mean squared differences", () => {
  expect(of(startsAgainstModel)).toBeCloseTo(0.03 ** 2, 12);
  expect(of(negativesAgainstModel)).toBeCloseTo(0.1 ** 2, 12);
  expect(of(modelAgainstTruth)).toBeCloseTo(0.4 ** 2, 12);
  expect(of(weightError)).toBeCloseTo(0.4, 12);
});

it("has nothing to say of chains that a method has not", () => {
  for (const { of } of [startsAgainstModel, negativesAgainstModel])
    expect(of({ ...learnt, zones: null }, run)).toBeNull();
});

it("reads the weight of one zone, and the errors of the log-density, each from its own", () => {
  expect(zoneMeasures(0).map(of)).toEqual([0.5, 0.6, 0.7, 0.8]);
  expect(zoneMeasures(1).map(({ name }) => name)).toEqual(["model", "chains", "flow", "data"]);
  expect([of(errorOverDraws), of(errorOverGrid)]).toEqual([3, 5]);
});

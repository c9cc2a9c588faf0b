import { describe, expect, it } from "vitest";
import {
  type DiscreteModel,
  expectedLoss,
  fourSites,
  fourSpins,
  lawOf,
} from "../../../test/support/discrete-models.js";
import { precisionModel } from "../../../test/support/known-models.js";
import { differences } from "../../../test/support/score-models.js";
import { ratioMatching } from "./ratio-matching.js";

const sumOf = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0);
const average = (known: DiscreteModel, f: (state: number) => number): number =>
  sumOf(lawOf(known, known.truth).map((weight, i) => weight * f(i)));

/** The loss in expectation, from the probabilities of all states. */
function reference(known: DiscreteModel, theta: readonly number[]): number {
  const p = lawOf(known, theta);
  return average(known, (i) => sumOf(known.neighbours[i]!.flat().map((j) => (1 / (1 + p[i]! / p[j]!)) ** 2)));
}

describe.each([fourSpins, fourSites])("on $name", (known) => {
  const { model, truth } = known;
  const iteration = ratioMatching(model, 1, {});

  it("is the loss by enumeration, and so is its gradient, in double precision", async () => {
    const theta = truth.map((v, i) => 0.5 * v + 0.1 * (i + 1));
    const { loss, gradient } = await expectedLoss(known, iteration, theta);
    expect(Math.abs(loss / reference(known, theta) - 1)).toBeLessThan(1e-5);
    const expected = differences((th) => reference(known, th), theta);
    const size = Math.hypot(...expected);
    expect(size).toBeGreaterThan(0.01);
    for (const [i, g] of gradient.entries()) expect(Math.abs(g - expected[i]!) / size).toBeLessThan(1e-5);
  });

  it("has its minimum at the parameters the data are drawn with", async () => {
    const { loss, gradient } = await expectedLoss(known, iteration, truth);
    for (const g of gradient) expect(Math.abs(g)).toBeLessThan(1e-6);
    for (const i of truth.keys())
      for (const step of [-0.2, 0.2]) {
        const moved = await expectedLoss(
          known,
          iteration,
          truth.map((v, j) => v + (i === j ? step : 0)),
        );
        expect(moved.loss).toBeGreaterThan(loss + 1e-4);
        expect(Math.hypot(...moved.gradient)).toBeGreaterThan(1e-3);
      }
  });
});

it("refuses real points", () => {
  expect(() => ratioMatching(precisionModel, 8)).toThrow(
    "objective ratio-matching: needs binary or categorical points",
  );
});

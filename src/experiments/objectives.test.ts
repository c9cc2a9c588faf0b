import { describe, expect, it } from "vitest";
import { buildIteration, buildModel } from "../config/prepare.js";
import * as members from "../objectives/members.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { Budget } from "./experiment.js";
import { objectiveMethods } from "./objective-methods.js";
import { objectives } from "./objectives.js";
import { configOf, type ObjectivesResult, type ObjectivesUnit, runObjective } from "./objectives-unit.js";

const budget: Budget = { budget: "full", seeds: 3, seed: 5 };
const plan = objectives.plan(budget);

describe("the plan", () => {
  it("has every objective that trains a network of real points without labels, on every target, with every seed", () => {
    // A network has no log Z.
    const training = Object.values(members)
      .filter(({ trains, needs }) => trains.includes("energy") && !needs?.includes("classes"))
      .filter(({ support, needs }) => support !== "discrete" && !needs?.includes("logZ"))
      .map(({ name }) => name);
    const planned = new Set(plan.map(({ method }) => objectiveMethods[method]!.objective.name));
    expect([...training].sort()).toEqual([...planned].sort());
    expect(plan).toHaveLength(Object.keys(objectiveMethods).length * 2 * 3);
    expect(new Set(plan.map((unit) => objectives.label(unit))).size).toBe(plan.length);
    expect(new Set(plan.map(({ seed }) => seed))).toEqual(new Set([5, 6, 7]));
  });

  it("has, in the quick budget, every method once on the first target", () => {
    const quick = objectives.plan({ budget: "quick", seeds: 1, seed: 0 });
    expect(quick.map(({ method }) => method)).toEqual(Object.keys(objectiveMethods));
    expect(new Set(quick.map(({ target }) => target))).toEqual(new Set(["two modes 2:1"]));
    const asked: Budget = { budget: "quick", seeds: 1, seed: 0 };
    const outcome = objectives.conclude(
      quick.map((unit) => ({ unit, result: result(0.01) })),
      asked,
    );
    expect(outcome.claims).toHaveLength(quick.length);
    const headings = objectives.report(outcome, asked).sections.map(({ heading }) => heading);
    expect(headings).toEqual(["Claims", "two modes 2:1"]);
  });

  it("does a unit again when an option of its method was changed", () => {
    const [unit] = plan;
    expect(objectives.settings!(unit!)).toEqual(configOf(unit!));
  });

  it("makes a run of each", () => {
    for (const unit of plan.filter(({ seed }) => seed === 5)) {
      const config = configOf(unit);
      expect(() => buildIteration(config, buildModel(config, [2]))).not.toThrow();
    }
  });
});

const truth = [2 / 3, 1 / 3];
const field = {
  side: 2,
  box: [
    [-2, 2],
    [-2, 2],
  ] as const,
  model: [-1, -2, -3, -4],
};
const result = (weightError: number | null): ObjectivesResult => ({
  ...{ truth, weights: weightError === null ? null : truth, weightError, flowError: null, kl: weightError },
  ...{ edgeMass: 0, field: weightError === null ? null : field, seconds: 1 },
  failure: weightError === null ? "after step 3: loss is NaN" : null,
});
const concludeWith = (error: (unit: ObjectivesUnit) => number | null) =>
  objectives.conclude(
    plan.map((unit) => ({ unit, result: result(error(unit)) })),
    budget,
  );
const isRight = ({ method }: ObjectivesUnit): boolean => objectiveMethods[method]!.weights === "right";
const all = Object.values(objectiveMethods).length * 2;
const right = plan.filter((unit) => unit.seed === 5 && isRight(unit)).length;

describe("the claims", () => {
  const passed = (outcome: ReturnType<typeof concludeWith>): boolean[] => outcome.claims.map((c) => c.passed);

  it("pass when what should be right is right and what should be wrong is wrong", () => {
    const outcome = concludeWith((unit) => (isRight(unit) ? 0.01 : 0.3));
    expect(passed(outcome).every(Boolean)).toBe(true);
    expect(outcome.claims).toHaveLength(all);
    expect(outcome.claims.filter((c) => c.negativeControl)).toHaveLength(all - right);
  });

  it("fail, each by itself, the other way round, and between right and wrong", () => {
    expect(passed(concludeWith((unit) => (isRight(unit) ? 0.3 : 0.01))).some(Boolean)).toBe(false);
    expect(passed(concludeWith(() => 0.055)).some(Boolean)).toBe(false);
    const one = "energy discrepancy";
    const outcome = concludeWith((unit) => (unit.method === one ? 0.2 : isRight(unit) ? 0.01 : 0.3));
    expect(outcome.claims.filter((c) => !c.passed).map((c) => c.name.split(",")[0])).toEqual([one, one]);
  });

  it("go by the median: one seed of three neither makes nor breaks them", () => {
    const outcome = concludeWith((unit) => (unit.seed === 6 ? 0.2 : isRight(unit) ? 0.01 : 0.3));
    expect(passed(outcome).every(Boolean)).toBe(true);
  });

  it("count a training that left the numbers as wrong, and show it", async () => {
    const outcome = concludeWith((unit) => (isRight(unit) ? 0.01 : null));
    expect(passed(outcome).every(Boolean)).toBe(true);
    expect(outcome.table.rows.filter((row) => row.includes("diverged"))).toHaveLength(all - right);
    const page = objectives.report(outcome, budget);
    expect(renderPage(page, newDocument())).toContain("diverged");
    expect(page.sections.flatMap(({ figures = [] }) => figures)).toHaveLength(right);
  });
});

it("measures a training: weights that sum to one, its error, and the time", async () => {
  const seen: number[] = [];
  const unit = { target: "two modes 2:1", method: "nce, gaussian noise", seed: 0, steps: 3 } as const;
  const { weights, weightError, kl, flowError, failure } = await runObjective(unit, (done) => seen.push(done));
  expect(failure).toBeNull();
  expect(weights!.reduce((s, w) => s + w, 0)).toBeCloseTo(1, 6);
  expect(weightError).toBeCloseTo(Math.abs(weights![0]! - 2 / 3), 6);
  expect(kl).toBeGreaterThan(0.1);
  expect(flowError).toBeNull();
  expect(seen.at(-1)).toBe(1);
});

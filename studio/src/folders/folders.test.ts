import { describe, expect, it } from "vitest";
import { figuresOf, type Judgement } from "../engine/folders/figures.js";
import { standingOf } from "../engine/folders/journal.js";
import { curveOf, metricsOf, notAbove, overTime } from "./curves.js";
import { compareConfigs, valueText } from "./differences.js";

const records = [
  { step: 0, engine: "wasm" },
  { step: 5, energyGap: -0.5, stepSize: 0.1 },
  { step: 10, energyGap: 0.25, stepSize: 0.2 },
  { step: 10, validation: -2, validationError: 0.1, logZ: 3 },
  { step: 15, energyGap: Number.NaN },
];

describe("records of a run", () => {
  it("have a curve for each number, and the error of one beside it", () => {
    expect(metricsOf(records)).toEqual(["energyGap", "stepSize", "validation", "logZ"]);
    expect(curveOf(records, "stepSize")).toEqual([
      [5, 10],
      [0.1, 0.2],
    ]);
    expect(curveOf(records, "energyGap")[1]).toEqual([-0.5, 0.25, Number.NaN]);
  });

  it("say where it stands", () => {
    expect(standingOf(records)).toEqual({ step: 15, heldOut: { step: 10, value: -2, error: 0.1 } });
    expect(standingOf(records.slice(0, 2))).toEqual({ step: 5, heldOut: null });
    expect(standingOf([])).toBeNull();
  });

  it("lie over the seconds that their steps took", () => {
    const times = [
      { step: 10, seconds: 2 },
      { step: 20, seconds: 6 },
    ];
    const curve = [
      [0, 5, 10, 15, 20, 30],
      [1, 2, 3, 4, 5, 6],
    ] as const;
    expect(overTime(curve, times)).toEqual([[0, 1, 2, 4, 6, 6], curve[1]]);
    expect(overTime(curve, [])).toEqual([[], []]);
  });

  it("tell what has no logarithm", () => {
    expect(notAbove(curveOf(records, "energyGap"))).toEqual({ count: 1, least: -0.5 });
    expect(notAbove(curveOf(records, "logZ"))).toBeNull();
  });
});

describe("configurations side by side", () => {
  it("differ in keys, those of a member together", () => {
    const a = { seed: 1, objective: { name: "pcd", chains: 8 }, flow: null };
    const b = { seed: 1, objective: { name: "cd", steps: [1, 2] }, flow: { name: "realnvp" } };
    const rows = compareConfigs([a, b]);
    expect(rows.filter(({ differs }) => differs).map(({ group, key }) => `${group}/${key}`)).toEqual([
      "/flow",
      "objective/name",
      "objective/chains",
      "objective/steps",
      "flow/name",
    ]);
    expect(rows.find(({ key }) => key === "seed")).toMatchObject({ group: "", values: [1, 1], differs: false });
    expect([undefined, null, "cd", [1, 2], 3].map(valueText)).toEqual(["–", "none", "cd", "[1,2]", "3"]);
  });
});

describe("final figures", () => {
  it("have their errors, and leave out what a run does not have", () => {
    const mean = { value: -1, standardError: 0.1, interval: [-1.2, -0.8] };
    const given = {
      evaluation: { model: { mean }, flow: null, gain: mean, normaliser: mean, logZ: { logZ: mean } },
    } as unknown as Judgement;
    expect(figuresOf(given).map(({ group, name }) => `${group}: ${name}`)).toEqual([
      "held-out log-likelihood, nats a row: model",
      "held-out log-likelihood, nats a row: model above the best of those",
      "log Z: by all estimators together",
    ]);
    expect(figuresOf(given)[0]).toMatchObject(mean);
  });
});

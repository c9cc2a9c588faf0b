/** The experiment on regularisers: what it takes of a folder, what it measures, and that its claims can fail. */

import { beforeAll, describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { mean } from "../util/moments.js";
import type { DataFile } from "./data-files.js";
import type { Budget } from "./experiment.js";
import type { FoldResult, FoldUnit, WayResult } from "./regularisers/unit.js";
import { chains, usual, ways } from "./regularisers/ways.js";
import { regularisers } from "./regularisers.js";

const fileOf = (path: string): DataFile => ({ name: path.split("/").at(-1)!, path, sha256: path });
const data = ["b/1.train.csv", "a/0.train.csv", "b/0.train.csv", "a/1.train.csv"].map(fileOf);
const budget = (of: Partial<Budget> = {}): Budget => ({
  ...{ budget: "full", seeds: 2, seed: 5, data },
  ...of,
});
const units = regularisers.plan(budget()) as FoldUnit[];

describe("the plan", () => {
  it("takes the training rows of the first split of each table, fold by fold, and no test rows", () => {
    expect(units.map(({ file, fold }) => `${file.path} ${fold}`)).toEqual([
      "a/0.train.csv 0",
      "b/0.train.csv 0",
      "a/0.train.csv 1",
      "b/0.train.csv 1",
    ]);
    expect(regularisers.data!.takes("0.test.csv")).toBe(false);
    expect(units[0]!.ways).toEqual(ways.map(({ name }) => name));
    expect(new Set(units[0]!.ways).size).toBe(ways.length);
    const quick = regularisers.plan(budget({ budget: "quick", seeds: 1 })) as FoldUnit[];
    expect(quick.map(({ ways: asked }) => asked)).toEqual([
      ["usual", "chains"],
      ["usual", "chains"],
    ]);
  });

  it("has no way that a configuration refuses, all of them of the same mixtures", () => {
    for (const { config } of ways)
      expect(resolveConfig({ ...config, data: { file: "some.csv" } }).flow).toMatchObject({ name: "normal-mixture" });
  });
});

describe("a fold", () => {
  const n = 90;
  const x = normal(makeKey(3), [n, 2], "float64").data;
  const text = ["u,v", ...Array.from({ length: n }, (_, i) => `${x[2 * i]},${x[2 * i + 1]}`)].join("\n");
  const read = async () => new TextEncoder().encode(text);
  let result: FoldResult;
  beforeAll(async () => {
    const unit = { ...units[0]!, ways: [usual.name, chains.name], steps: 20, rows: 70 };
    result = (await regularisers.run(unit, () => {}, read)) as FoldResult;
  });

  it("leaves a fifth of the rows out, and judges them from where E is 0", () => {
    expect(result.rows).toEqual({ train: 56, test: 14 });
    for (const { looks, gains } of result.ways) {
      // A way that did not tilt the mixtures would not be judged before its first step.
      expect(looks.map(({ step }) => step)).toEqual([0, 10, 20]);
      expect(looks[0]!.gain).toEqual({ value: 0, error: 0 });
      expect(gains).toHaveLength(14);
    }
  });

  it("tells what was kept by the rows left out at that step", () => {
    for (const { looks, kept, gains } of result.ways)
      expect(mean(gains)).toBeCloseTo(looks.find(({ step }) => step === kept)!.gain!.value, 12);
  });
});

describe("the claims", () => {
  /** Rows of a fold that gain so much at the step that is kept, and at the last look. */
  const way = (name: string, kept: number, last: number | null): WayResult => ({
    ...{ way: name, kept: 80, seconds: 1 },
    gains: [kept - 0.1, kept + 0.1, kept],
    looks: [
      { step: 0, gain: { value: 0, error: 0 } },
      { step: 160, gain: last === null ? null : { value: last, error: 0.1 } },
    ],
  });
  const outcome = (own: readonly [number, number | null], plain: readonly [number, number | null]) =>
    regularisers.conclude(
      units.map((unit) => ({
        unit,
        result: {
          ...{ columns: 2, rows: { train: 56, test: 14 } },
          ways: [way("usual", ...own), way("chains", ...plain)],
        },
      })),
      budget(),
    );
  const failed = (...of: Parameters<typeof outcome>): string[] =>
    outcome(...of)
      .claims.filter(({ passed }) => !passed)
      .map(({ name }) => name);

  it("hold where the usual way gains and stays on course while the chains do not", () => {
    expect(failed([0.5, 0.4], [0.3, -3])).toEqual([]);
    expect(failed([0.5, 0.4], [0.3, null])).toEqual([]);
  });

  it("fail one by one", () => {
    expect(failed([0.5, -0.6], [0.3, -3])).toEqual(["the usual way stays on course"]);
    expect(failed([0.5, null], [0.3, -3])).toEqual(["the usual way stays on course"]);
    expect(failed([0.5, 0.4], [0.3, 0.1])).toEqual(["chains without a regulariser go astray"]);
    expect(failed([0.5, 0.4], [0.9, -3])).toEqual(["a: nor below the chains", "b: nor below the chains"]);
    expect(failed([-0.5, -0.4], [-0.6, -3])).toEqual([
      "a: the usual way is not below its start",
      "b: the usual way is not below its start",
      "the usual way is clearly above its start",
    ]);
  });

  it("stand on a page with every number", () => {
    const page = renderPage(regularisers.report(outcome([0.5, null], [0.25, -3]), budget()), newDocument());
    for (const text of ["a: nor below the chains", "0.500 ± 0.037", "0.250 ± 0.037", "80, 80", "2 of 2"])
      expect(page).toContain(text);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

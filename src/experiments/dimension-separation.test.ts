import { beforeAll, describe, expect, it } from "vitest";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { type GridResult, type GridUnit, runGridUnit } from "./corners/grid-unit.js";
import type { WeightsFound } from "./corners/measure.js";
import { dimensionSeparation } from "./dimension-separation.js";
import type { Finished } from "./experiment.js";

type Done = Finished<GridUnit, GridResult>;

const WEIGHTS = [0.1, 0.2, 0.3, 0.4];
const full = { budget: "full", seeds: 1, seed: 0 } as const;

let real: GridResult;
beforeAll(async () => {
  const unit = { method: "balanced", dimension: 4, separation: 6, weights: WEIGHTS, seed: 1, steps: 20, rows: 800 };
  real = await runGridUnit(unit as GridUnit, () => {});
});

/** A model that takes `error` from the heaviest mode and gives it to the lightest. */
function found(error: number): WeightsFound {
  const weights = [0.1 + error, 0.2, 0.3, 0.4 - error];
  const weighed = {
    weights: weights.map((value) => ({ value, standardError: 0.001, interval: null })),
    ...{ logZ: { value: 0, standardError: 0.001, interval: null }, paretoK: 0.2, note: null },
  };
  return { data: WEIGHTS, flow: WEIGHTS, byFlow: weighed, byClouds: weighed };
}

/** Every run of a budget, as it should come out, but where something is said of it. */
const runs = (spoil: (unit: GridUnit) => number | null = () => null): Done[] =>
  dimensionSeparation.plan(full).map((unit) => {
    const error = spoil(unit) ?? (unit.method === "balanced" || unit.method === "nt-ebm-barker" ? 0.01 : 0.2);
    return { unit, result: { ...real, measured: found(error) } };
  });

const failed = (finished: Done[]): string[] =>
  dimensionSeparation
    .conclude(finished, full)
    .claims.filter(({ passed }) => !passed)
    .map(({ name }) => name);

describe("the claims of dimension-separation", () => {
  it("all hold where runs come out as they should", () => expect(failed(runs())).toEqual([]));

  it.each([
    ["balanced", "balanced"],
    ["nt-ebm-barker", "NT-EBM by Barker"],
  ])("allow %s one cell of nine, and not two", (name, label) => {
    const off = (cells: readonly number[]) =>
      runs(({ method, dimension, separation }) =>
        method === name && separation === 12 && cells.includes(dimension) ? 0.031 : null,
      );
    expect(failed(off([64]))).toEqual([]);
    expect(failed(off([16, 64]))).toEqual([`${label}: the weights are right in nearly every cell`]);
  });

  it("want PCD to fail where modes are far apart", () => {
    const right = (d: number) => runs(({ method, dimension }) => (method === "pcd" && dimension >= d ? 0.01 : null));
    expect(failed(right(65))).toEqual([]);
    const claim = "PCD: the weights are wrong where modes are 8 standard deviations apart or more";
    expect(failed(right(64))).toEqual([claim]);
    const diverged = runs().map((run) =>
      run.unit.method === "pcd" ? { ...run, result: { ...run.result, measured: null } } : run,
    );
    expect(failed(diverged)).toEqual([claim]);
  });
});

describe("a unit of dimension-separation", () => {
  it("weighs the modes by two proposals", () => {
    const { data, byFlow, byClouds } = real.measured!;
    for (const { weights, note } of [byFlow!, byClouds]) {
      expect(note).toBeNull();
      for (const [k, { value, standardError }] of weights.entries()) {
        // After so few steps the model is wide, but not so wide that a mode would be nowhere near its share.
        expect(Math.abs(value - data[k]!)).toBeLessThan(0.3);
        expect(standardError!).toBeLessThan(0.01);
      }
    }
  });

  it("becomes a page with a map for each method", () => {
    const finished = runs(({ method, dimension }) => (method === "nce" ? dimension / 1000 : null));
    const outcome = dimensionSeparation.conclude(finished, full);
    const html = renderPage(dimensionSeparation.report(outcome, full), newDocument());
    for (const name of ["balanced", "PCD", "NCE with a flow"])
      expect(html).toContain(`<title>Error of the weights, ${name}</title>`);
    expect(html).toContain("64: 0.064 at 4, 0.064 at 8, 0.064 at 12");
  });
});

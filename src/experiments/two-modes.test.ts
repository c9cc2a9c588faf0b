import { beforeAll, describe, expect, it } from "vitest";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { Finished } from "./experiment.js";
import { twoModes } from "./two-modes.js";
import { type Method, runUnit, type TwoModesResult, type TwoModesUnit } from "./two-modes-unit.js";

type Done = Finished<TwoModesUnit, TwoModesResult>;

let real: TwoModesResult;
beforeAll(async () => {
  real = await runUnit({ method: "balanced", seed: 3, steps: 40 }, () => {});
});

/** A finished run whose model gives the lighter mode the weight `w`. */
const done = (method: Method, seed: number, w: number, other: Partial<TwoModesResult> = {}): Done => ({
  unit: { method, seed, steps: 40 },
  result: {
    ...real,
    kl: 0.001,
    logZ: { grid: 1, importance: { value: 1.01, standardError: 0.01, interval: null } },
    ...other,
    weights: { ...real.weights, model: w },
  },
});

const sound = (n: number): Done[] =>
  Array.from({ length: n }, (_, i) => [
    done("balanced", i, 0.33),
    done("pcd-ula", i, 0.9),
    done("balanced-without-jumps", i, 0.01),
  ]).flat();

const full = { budget: "full", seeds: 10, seed: 0 } as const;
const verdicts = (runs: Done[], budget: Parameters<typeof twoModes.conclude>[1] = full): boolean[] =>
  twoModes.conclude(runs, budget).claims.map((c) => c.passed);

/** The sound runs with some of one method replaced. */
const spoiled = (method: Method, count: number, w: number, other?: Partial<TwoModesResult>): Done[] =>
  sound(10).map((r) => (r.unit.method === method && r.unit.seed < count ? done(method, r.unit.seed, w, other) : r));

describe("the claims of two-modes", () => {
  it("all hold on runs as the paper has them", () => expect(verdicts(sound(10))).toEqual([true, true, true, true]));

  it("allow one balanced run of ten to be off, and not two", () => {
    expect(verdicts(spoiled("balanced", 1, 0.36))[0]).toBe(true);
    expect(verdicts(spoiled("balanced", 2, 0.36))[0]).toBe(false);
    expect(verdicts(spoiled("balanced", 2, 0.33, { kl: 0.005 }))[0]).toBe(false);
  });

  it("need seven controls of ten to miss", () => {
    expect(verdicts(spoiled("pcd-ula", 3, 0.35))[1]).toBe(true);
    expect(verdicts(spoiled("pcd-ula", 4, 0.35))[1]).toBe(false);
    expect(verdicts(spoiled("balanced-without-jumps", 4, 0.35))[2]).toBe(false);
  });

  it("do not let log Z be off by more than three errors, or have none", () => {
    const estimate = (value: number, standardError: number | null) => ({
      logZ: { grid: 1, importance: { value, standardError, interval: null } },
    });
    expect(verdicts(spoiled("balanced", 1, 0.33, estimate(1.029, 0.01)))[3]).toBe(true);
    expect(verdicts(spoiled("balanced", 1, 0.33, estimate(1.031, 0.01)))[3]).toBe(false);
    expect(verdicts(spoiled("balanced", 1, 0.33, estimate(1.001, null)))[3]).toBe(false);
  });

  it("of the quick budget ask one run for what it can give", () => {
    const quick = { budget: "quick", seeds: 1, seed: 0 } as const;
    const pair = (w: number): Done[] => [done("balanced", 0, w, { kl: 0.02 }), done("pcd-ula", 0, 0.9)];
    expect(verdicts(pair(0.31), quick)).toEqual([true, true, true]);
    expect(verdicts(pair(0.3), quick)[0]).toBe(false);
  });
});

describe("a unit of two-modes", () => {
  it("is planned once a method and seed, without the second control in the quick budget", () => {
    expect(twoModes.plan(full)).toHaveLength(30);
    expect(twoModes.plan({ budget: "quick", seeds: 2, seed: 5 }).map(twoModes.label)).toEqual([
      ...["balanced, seed 5", "pcd-ula, seed 5", "balanced, seed 6", "pcd-ula, seed 6"],
    ]);
  });

  it("reports four weights apart, and a box that holds the model", () => {
    for (const w of Object.values(real.weights)) expect(w).toBeGreaterThan(0);
    expect(new Set(Object.values(real.weights)).size).toBe(4);
    expect(real.curve.length).toBe(40);
    expect(real.kl).toBeGreaterThan(0);
  });

  it("becomes a page with every figure the paper's has", async () => {
    const runs = sound(1);
    const page = twoModes.report(twoModes.conclude(runs, full), full);
    const html = renderPage(page, newDocument());
    expect(html).toContain("weight of the heavier mode");
    for (const title of ["The truth", "Learned by balanced training", "Learned by PCD with ULA"])
      expect(html).toContain(`<title>${title}</title>`);
    expect(page.sections.flatMap(({ figures = [] }) => figures).length).toBeGreaterThanOrEqual(10);
  });
});

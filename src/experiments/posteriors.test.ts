import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import type { Budget } from "./experiment.js";
import { boundOf, runsOf } from "./posteriors/claims.js";
import {
  type PosteriorResult,
  type PosteriorUnit,
  runPosterior,
  scoreOf,
  posteriors as suite,
} from "./posteriors/unit.js";
import { posteriors } from "./posteriors.js";

const full: Budget = { budget: "full", seeds: 4, seed: 3 };
const plan = posteriors.plan(full);

/** What a run finds whose errors are as large as it says. */
function sound(unit: PosteriorUnit): PosteriorResult {
  const control = unit.part === "control";
  const coordinates = suite[unit.posterior]?.coordinates ?? [];
  const z = normal(fold(fold(makeKey(7), unit.posterior), unit.key), [2 * coordinates.length], "float64").data;
  return {
    mixed: true,
    verdict: "The chains agree.",
    scores: control
      ? [{ name: "b0", mean: 30, sd: 0 }]
      : coordinates.map(({ name }, i) => ({ name, mean: z[2 * i]!, sd: z[2 * i + 1]! })),
    ...{ ess: 4000, gradients: 64_000, idle: 0.3, drawSeconds: 1, seconds: 2 },
  };
}
type Change = (unit: PosteriorUnit, result: PosteriorResult) => Partial<PosteriorResult>;
const concluded = (change: Change = () => ({})) =>
  posteriors.conclude(
    plan.map((unit) => {
      const result = sound(unit);
      return { unit, result: { ...result, ...change(unit, result) } };
    }),
    full,
  );
const failed = (change: Change): string[] =>
  concluded(change)
    .claims.filter(({ passed }) => !passed)
    .map(({ name }) => name);

describe("the plan", () => {
  it("has every posterior with every key, twenty keys of the shortest case, and the controls", () => {
    const keys = (posterior: string): number[] =>
      plan.filter((unit) => unit.posterior === posterior).map(({ key }) => key);
    for (const name of Object.keys(suite)) expect(keys(name).slice(0, 4)).toEqual([3, 4, 5, 6]);
    expect(keys("locationScale")).toEqual(Array.from({ length: 20 }, (_, i) => 3 + i));
    expect(plan.filter(({ part }) => part === "control")).toHaveLength(2);
    expect(new Set(plan.map((unit) => posteriors.label(unit))).size).toBe(plan.length);
  });

  it("has a dozen cheap ones in the quick budget, none of them hard", () => {
    const quick = posteriors.plan({ budget: "quick", seeds: 1, seed: 0 }).filter(({ part }) => part === "suite");
    expect(quick).toHaveLength(12);
    expect(quick.filter(({ posterior }) => suite[posterior]!.hard)).toEqual([]);
  });
});

describe("the claims", () => {
  const usual = "usual posteriors are sampled";
  const heldHalf = "usual posteriors of the held half are sampled";
  const never = "no run is green and wrong";
  const chance = "scores beyond 2 are as many as by chance";
  const shortest = "location and scale, far from the start";

  it("pass when scores are normal, and hard posteriors may be red", () => {
    expect(failed(() => ({}))).toEqual([]);
    expect(failed((unit) => (suite[unit.posterior]?.hard ? { mixed: false } : {}))).toEqual([]);
  });

  it("have a bound that right draws pass once in a hundred suites", () => {
    const runs = runsOf(plan.map((unit) => ({ unit, result: sound(unit) })));
    const scores = 2 * 4 * Object.values(suite).reduce((s, { coordinates }) => s + coordinates.length, 0);
    // Φ(−4.6) = 2.1e-6.
    expect(scores).toBeGreaterThan(2000);
    expect(boundOf(runs)).toBeGreaterThan(4.5);
    expect(boundOf(runs)).toBeLessThan(4.8);
  });

  it("fail when a run is green and wrong, also of a hard posterior, and where a score is unknown", () => {
    const wrong =
      (posterior: string, mean: number | null): Change =>
      (unit, { scores }) =>
        unit.posterior === posterior && unit.key === 4 ? { scores: [{ ...scores[0]!, mean }, ...scores.slice(1)] } : {};
    expect(failed(wrong("funnel", 6))).toEqual([never]);
    expect(failed(wrong("ar2", -6))).toEqual([never]);
    expect(failed(wrong("ar2", null))).toEqual([never]);
    expect(failed(wrong("locationScale", 6))).toEqual([never, shortest]);
    expect(failed((unit) => (unit.posterior === "ar2" && unit.key === 4 ? { scores: [] } : {}))).toEqual([never]);
  });

  it("fail when one in ten runs is red, or one key of the shortest case", () => {
    expect(failed((unit) => (unit.key === 3 && unit.posterior > "l" ? { mixed: null } : {}))).toEqual([
      usual,
      heldHalf,
      shortest,
    ]);
    expect(failed((unit) => (unit.key === 22 ? { mixed: false } : {}))).toEqual([shortest]);
  });

  it("fail when errors are stated too small, or too large", () => {
    const scaled =
      (by: number): Change =>
      (unit, { scores }) =>
        unit.part === "suite"
          ? { scores: scores.map(({ name, mean, sd }) => ({ name, mean: by * mean!, sd: by * sd! })) }
          : {};
    expect(failed(scaled(1.5))).toContain(chance);
    expect(failed(scaled(0.5))).toEqual([chance]);
  });

  it("fail when a control is not found out", () => {
    expect(failed((unit) => (unit.part === "control" ? { scores: [{ name: "b0", mean: 1, sd: -1 }] } : {}))).toEqual([
      "Langevin without acceptance: found out",
      "Jacobian dropped: found out",
    ]);
    expect(failed((unit) => (unit.part === "control" ? { mixed: false } : {}))).toEqual([]);
  });

  it("become a table and a page, also of runs that found nothing", () => {
    const outcome = concluded((unit) =>
      unit.posterior === "ar2"
        ? { mixed: false, verdict: "positions are NaN", scores: [], ess: null, gradients: 0, idle: null }
        : {},
    );
    expect(outcome.table.rows).toHaveLength(Object.keys(suite).length);
    const html = renderPage(posteriors.report(outcome, full), newDocument());
    for (const text of ["Scores against normal quantiles", "positions are NaN", "ESS of a thousand gradients, held"])
      expect(html).toContain(text);
  });
});

describe("a run", () => {
  it("is scored in standard errors of both sides", () => {
    const row = { name: "x", mean: 1.1, sd: 2.2, mcse_mean: 0.03, mcse_sd: 0.022, ess_bulk: 1, ess_tail: 1, r_hat: 1 };
    const coordinate = { name: "x", at: 0, mean: 1, sd: 2, meanError: 0.04, sdError: 0 };
    const { mean, sd } = scoreOf(coordinate, { ...row, "hdi_3%": 0, "hdi_97%": 0 });
    expect(mean).toBeCloseTo(2, 12);
    expect(sd).toBeCloseTo(Math.log(1.1) / 0.01, 12);
    const constant = scoreOf(coordinate, { ...row, mcse_mean: Number.NaN, "hdi_3%": 0, "hdi_97%": 0 });
    expect(constant.mean).toBeNull();
  });

  it("tells what its draws cost", async () => {
    const seen: number[] = [];
    const unit: PosteriorUnit = { posterior: "locationScale", key: 1, part: "suite" };
    const found = await runPosterior(unit, (done) => seen.push(done));
    expect(found.mixed).toBe(true);
    expect(found.scores.map(({ name }) => name)).toEqual(["mu", "logSigma"]);
    expect(found.gradients).toBeGreaterThan(8000);
    expect(found.ess! / found.gradients).toBeGreaterThan(0.01);
    expect(found.idle).toBeGreaterThan(0);
    expect(found.idle).toBeLessThan(1);
    expect(seen.at(-1)).toBe(1);
  });

  it("of the wrong kernel is green and far off: the control", async () => {
    const unit: PosteriorUnit = { posterior: "Langevin without acceptance", key: 0, part: "control" };
    const { mixed, scores } = await runPosterior(unit, () => {});
    expect(mixed).toBe(true);
    expect(Math.max(...scores.map(({ sd }) => Math.abs(sd!)))).toBeGreaterThan(10);
  });
});

import { describe, expect, it } from "vitest";
import { compareEstimates, type LogZTable } from "../estimators/estimate-log-z.js";
import { normalEstimate } from "../metrics/intervals/interval.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { mean, variance } from "../util/moments.js";
import type { Budget } from "./experiment.js";
import { type LogZResult, type LogZUnit, runLogZ, targets } from "./log-z/unit.js";
import { wells } from "./log-z/wells.js";
import { logZ } from "./log-z.js";

const full: Budget = { budget: "full", seeds: 17, seed: 0 };
const plan = logZ.plan(full);
const truth = 5;

type Rows = LogZTable["rows"];

/** Two sound estimates with errors of a tenth and a fifth, and what bounds prove of the same repetition. */
function rowsOf({ target, key }: LogZUnit): Rows {
  const z = normal(fold(fold(makeKey(8), target), key), [2], "float64").data;
  const row = (name: string, score: number, error: number): Rows[number] => ({
    name,
    logZ: normalEstimate(truth + error * score, error),
    ...{ degrees: null, ess: null, note: null, from: "" },
  });
  return [row("importance", z[0]!, 0.1), row("thermodynamic-integration", z[1]!, 0.2)];
}
const resultOf = (rows: Rows): LogZResult => ({
  truth,
  estimates: { rows, skipped: [], agreement: compareEstimates(rows) },
  seconds: 4,
});
const concluded = (change: (rows: Rows, unit: LogZUnit) => Rows = (rows) => rows) =>
  logZ.conclude(
    plan.map((unit) => ({ unit, result: resultOf(change(rowsOf(unit), unit)) })),
    full,
  );
const failed = (change?: (rows: Rows, unit: LogZUnit) => Rows): string[] =>
  concluded(change)
    .claims.filter(({ passed }) => !passed)
    .map(({ name }) => name);

/** A row that is too high by so many of its errors. */
const off = (row: Rows[number], errors: number): Rows[number] => ({
  ...row,
  logZ: normalEstimate(row.logZ.value + errors * row.logZ.standardError!, row.logZ.standardError!),
});

describe("the plan", () => {
  it("has more than two hundred repetitions, five targets held, and a few cheap ones in the quick budget", () => {
    expect(plan.length).toBeGreaterThan(200);
    expect(new Set(plan.map((unit) => logZ.label(unit))).size).toBe(plan.length);
    const halves = Object.values(targets).map(({ half }) => half);
    expect(halves.filter((half) => half === "held").length).toBeGreaterThanOrEqual(5);
    expect(logZ.plan({ budget: "quick", seeds: 1, seed: 0 }).map(({ target }) => target).length).toBeLessThan(5);
  });
});

describe("the claims", () => {
  const answers = "what is printed holds the truth";
  const sure = '"agree" with the truth beyond 3 errors';

  it("pass where estimates are as good as they say", () => {
    expect(failed()).toEqual([]);
  });

  it("find a bias of three errors in all, and in each by itself: else their controls would fail", () => {
    const all = concluded((rows) => rows.map((row) => off(row, 3))).claims;
    expect(all.find(({ name }) => name === answers)!.passed).toBe(false);
    expect(all.find(({ name }) => name === sure)!.passed).toBe(false);
    expect(failed((rows) => [off(rows[0]!, 3), rows[1]!])).toContain(
      "importance, where nothing speaks against it, holds the truth",
    );
    const controls = concluded().claims.filter(({ negativeControl }) => negativeControl);
    expect(controls.map(({ passed }) => passed)).toEqual([true, true, true]);
  });

  it("do not pass a control that biases nothing: estimates without an error to plant", () => {
    const exact = failed((rows) => rows.map((row) => ({ ...row, logZ: normalEstimate(truth, 0) })));
    expect(exact.filter((name) => name.endsWith("3 errors too high"))).toHaveLength(3);
  });

  it("judge no estimator by itself of which few estimates count", () => {
    const few = concluded((rows, { key }) => [rows[0]!, { ...rows[1]!, ...(key > 0 ? { note: "lost" } : {}) }]);
    const names = few.claims.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("thermodynamic"))).toHaveLength(2);
    const fewer = concluded((rows, { key, target }) =>
      key > 0 || target === "funnel" || target === "ising" || target === "modes" ? [rows[0]!] : rows,
    );
    expect(fewer.claims.map(({ name }) => name).filter((name) => name.startsWith("thermodynamic"))).toEqual([]);
  });

  it("count bounds as answers, and nothing as none", () => {
    const parts = new Array<number>(32).fill(truth - 0.1);
    const least = concluded((rows) => [{ ...rows[0]!, note: "Pareto k is 0.9", parts }]);
    expect(least.claims[0]).toMatchObject({ value: 1, passed: true });
    const wrong = concluded((rows) => [{ ...rows[0]!, note: "Pareto k is 0.9", parts: parts.map((v) => v + 2) }]);
    expect(wrong.claims[0]).toMatchObject({ value: 0, passed: false });
    const nothing = concluded((rows) => [{ ...rows[0]!, note: "Pareto k is 0.9" }]);
    expect(nothing.claims[0]!.passed).toBe(false);
  });

  it("become a table and a page", () => {
    const outcome = concluded((rows, { key }) => (key === 3 ? rows.map((row) => off(row, 4)) : rows));
    expect(outcome.table.rows).toHaveLength(Object.keys(targets).length);
    const html = renderPage(logZ.report(outcome, full), newDocument());
    for (const text of ["By answer", "By estimator", "Answers that do not hold", "against normal quantiles"])
      expect(html).toContain(text);
  });
});

describe("the targets", () => {
  it("of wells have the closed forms of Gaussians, and draws of their law", () => {
    const law = wells([
      [0, 0.5, 0, 0],
      [-2, 1, 0, 0],
      [0, -6, 0, 1],
    ]);
    const gaussians = Math.log(2 * Math.PI) / 2 + Math.log(Math.PI) / 2 + 1;
    // By scipy.integrate.quad: log ∫ exp(6 u² − u⁴) du.
    expect(law.logZ).toBeCloseTo(gaussians + 9.04712, 4);
    const n = 4000;
    const u = law.draw(makeKey(2), n);
    const column = (j: number): Float64Array => Float64Array.from({ length: n }, (_, i) => u[3 * i + j]!);
    // Means 0 and 1, variances 1 and ½: four standard errors, false alarm 6e-5 each.
    expect(Math.abs(mean(column(0)))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(mean(column(1)) - 1)).toBeLessThan(4 * Math.sqrt(0.5 / n));
    expect(Math.abs(variance(column(0)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(mean(column(2).map((v) => Number(v > 0)))).toBeCloseTo(0.5, 1);
  });

  it("ask of an energy that does not tell its log Z", () => {
    for (const { make } of Object.values(targets)) {
      const { model, logZ: known } = make();
      expect(model.energy.exact).toBeUndefined();
      expect(model.energy.logZ).toBeUndefined();
      expect(Number.isFinite(known)).toBe(true);
    }
  });
});

describe("a repetition", () => {
  it("says what evaluate prints, of a model that its flow fits well", async () => {
    const { truth, estimates } = await runLogZ({ target: "fitted", key: 1 });
    expect(estimates.agreement.verdict).toMatch(/estimators agree: log Z = 11\.6/);
    const { value, standardError } = estimates.agreement.combined!;
    expect(Math.abs(value - truth)).toBeLessThan(4 * standardError!);
    expect(estimates.rows.map(({ name }) => name)).not.toContain("exact");
  });
});

import { describe, expect, it } from "vitest";
import { openSimulation } from "../simulation.js";
import { judge } from "./judge.js";
import type { JudgingNews } from "./judgement.js";

const config = {
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 600, standardize: true },
  // Its log Z exists at any parameters.
  energy: { name: "gaussian" },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  ...{ steps: 60, batch: 32, seed: 5, evaluateEvery: 20, draws: 400, closing: 0 },
};

describe("a judgement", () => {
  it("is of the model as it stands: chains first, then log Z by estimators beside the grid", async () => {
    const simulation = await openSimulation({ config }, () => {});
    for (let i = 0; i < 20; i++) await simulation.step("all");
    const news: JudgingNews[] = [];
    const order = { setup: { config }, ...(await simulation.learned()) };
    expect(order.step).toBe(20);
    await judge(order, (one) => news.push(structuredClone(one)));
    simulation.close();
    expect(news.map(({ type }) => type)).toEqual(["chains", "judged"]);
    const [{ run }, { judgement }] = news as [
      Extract<JudgingNews, { type: "chains" }>,
      Extract<JudgingNews, { type: "judged" }>,
    ];
    expect([run.chains, run.draws, run.from]).toEqual([8, 400, "flow"]);
    expect(run.verdict.coordinates.map(({ name }) => name)).toEqual(["x1", "x2"]);
    expect(run.ranks[0]!.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(3200);
    expect(run.weights!.weights).toHaveLength(2);
    const { evaluation, grid, step } = judgement;
    expect(step).toBe(20);
    expect(evaluation.verdict).toMatch(/\w/);
    expect(evaluation.estimates!.rows.length).toBeGreaterThan(1);
    // The grid holds all of the mass, and the estimators say what it says.
    expect(grid!.edgeMass).toBeLessThan(1e-4);
    const { value, standardError } = evaluation.normaliser;
    expect(Math.abs(grid!.logZ - value)).toBeLessThan(5 * (standardError ?? 0) + 0.01);
  }, 60_000);
});

import { describe, expect, it } from "vitest";
import type { Numbers } from "../messages.js";
import { openSimulation } from "../simulation.js";
import { binned } from "./energy-bins.js";

const config = {
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400, standardize: true },
  energy: { name: "neural", hidden: [16] },
  flow: { name: "realnvp", layers: 2, hidden: [8] },
  objective: { name: "balanced", chains: 32, localSteps: 2 },
  ...{ steps: 60, batch: 32, seed: 5, evaluateEvery: 20, draws: 200, closing: 0 },
};
const list = (numbers: Numbers | null | undefined, name: string): number[] =>
  Array.from(numbers?.[name] as Float64Array);
const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

describe("what is asked of the truth", () => {
  it("is shares with intervals, of the chains over the last steps and of weighted draws, and energies in bins", async () => {
    const simulation = await openSimulation({ config }, () => {});
    const view = { box: simulation.started.box, side: 2 };
    expect((await simulation.ask(["chain-modes"], view))["chain-modes"]).toBeNull();
    for (let i = 0; i < 15; i++) await simulation.step("all");
    const found = await simulation.ask(["chain-modes", "flow-modes", "energy-bins"], view);
    simulation.close();
    const chains = found["chain-modes"];
    expect(chains).toMatchObject({ chains: 32, first: 1, last: 15 });
    for (const part of ["chain-modes", "flow-modes"]) {
      const [weights, low, high] = ["weights", "low", "high"].map((name) => list(found[part], name)) as [
        number[],
        number[],
        number[],
      ];
      expect(sum(weights)).toBeLessThanOrEqual(1 + 1e-9);
      for (const [k, w] of weights.entries()) {
        expect(low[k]!).toBeLessThanOrEqual(w);
        expect(high[k]!).toBeGreaterThanOrEqual(w);
      }
    }
    const jumps = list(chains, "counts");
    expect(jumps).toHaveLength(4);
    // Of 32 chains so many passages in the 14 steps after the first.
    expect((chains!.rate as number) * 32 * 14).toBeCloseTo(sum(jumps), 6);
    for (const name of ["data", "chains", "flow"]) expect(sum(list(found["energy-bins"], name))).toBeCloseTo(1, 9);
  });
});

describe("bins", () => {
  it("hold every finite value once, those beyond the ends in the first and the last", () => {
    const values = { a: Float64Array.from({ length: 1000 }, (_, i) => i), b: Float64Array.of(-1e9, 500, Number.NaN) };
    const { edges, a, b } = binned(values);
    expect(edges!.length - 1).toBe(a!.length);
    expect(sum(Array.from(a!))).toBeCloseTo(1, 9);
    expect(b![0]).toBeCloseTo(0.5, 9);
    expect(sum(Array.from(b!))).toBeCloseTo(1, 9);
  });
});

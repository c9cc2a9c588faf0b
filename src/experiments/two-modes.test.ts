import { describe, expect, it } from "vitest";
import { type Found, failed, planned, spoiled } from "../../test/support/planar-runs.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { twoModes } from "./two-modes.js";

const full = { budget: "full", seeds: 10, seed: 0 } as const;
const quick = { budget: "quick", seeds: 1, seed: 0 } as const;
const truth = [1 / 3, 2 / 3];

/** A model that gives the heavy mode the weight `w`. */
const heavy = (w: number): Found => ({ weights: [1 - w, w] });

/** One whose weight goes up and down by `by` at the end of its training, and is off. */
const swinging = (by: number): Found => ({
  ...heavy(0.9),
  curve: [0.9, 0.9, 0.9 - by, 0.9].map((w, i) => ({
    ...{ step: i, model: [1 - w, w], chains: null, flow: null, localAcceptance: null, globalAcceptance: null },
  })),
});

const controls = { "ula-ebm": swinging(0.5), "balanced-without-jumps": heavy(0.01) };
const sound = planned(twoModes, full, truth, controls);
const verdict = (method: string, count: number, found: Found): string[] =>
  failed(twoModes, spoiled(sound, method, count, found), full);

describe("the claims of two-modes", () => {
  it("all hold on runs as they should be", () => expect(failed(twoModes, sound, full)).toEqual([]));

  it("allow one balanced run of ten to be off, and not two", () => {
    expect(verdict("balanced", 1, heavy(0.68))).toEqual([]);
    expect(verdict("balanced", 2, heavy(0.68))).toEqual(["balanced gets the weight of the heavy mode right"]);
    expect(verdict("balanced", 10, heavy(0.676))).toEqual([]);
    expect(verdict("balanced", 2, { kl: 0.005 })).toEqual(["balanced learns the density"]);
    expect(verdict("paper", 1, heavy(0.7))).toEqual([]);
    expect(verdict("paper", 2, heavy(0.7))).toEqual(["paper gets the weight of the heavy mode right"]);
    expect(verdict("balanced", 2, { failure: "left the numbers" })).toHaveLength(3);
  });

  it("need seven controls of ten to miss", () => {
    expect(verdict("ula-ebm", 3, swinging(0.2))).toEqual([]);
    expect(verdict("ula-ebm", 4, swinging(0.2))).toEqual(["ula-ebm never settles"]);
    expect(verdict("balanced-without-jumps", 1, heavy(0.7))).toEqual([]);
    expect(verdict("balanced-without-jumps", 2, heavy(0.7))).toEqual(["balanced-without-jumps gets it wrong"]);
  });

  it("count what swings in the second half of a training, not what settles after the first", () => {
    const { curve = [] } = swinging(0.5);
    const settled: Found = { ...heavy(0.9), curve: [...curve, ...swinging(0).curve!] };
    expect(verdict("ula-ebm", 3, settled)).toEqual([]);
    expect(verdict("ula-ebm", 4, settled)).toEqual(["ula-ebm never settles"]);
    const unsettled: Found = { ...settled, curve: [...settled.curve!].reverse() };
    expect(verdict("ula-ebm", 10, unsettled)).toEqual([]);
  });

  it("do not let log Z be off by more than three errors, or have none", () => {
    const estimate = (value: number, standardError: number | null): Found => ({
      logZ: { grid: 1, importance: { value, standardError, interval: null }, paretoK: 0 },
    });
    const name = "log Z of balanced by quadrature and by importance sampling agree";
    expect(verdict("balanced", 1, estimate(1.029, 0.01))).toEqual([]);
    expect(verdict("balanced", 1, estimate(1.031, 0.01))).toEqual([name]);
    expect(verdict("balanced", 1, estimate(1.001, null))).toEqual([name]);
  });

  it("of the quick budget ask one run for what it can give", () => {
    const runs = planned(twoModes, quick, truth, controls);
    expect(failed(twoModes, runs, quick)).toEqual([]);
    expect(failed(twoModes, spoiled(runs, "balanced", 1, heavy(0.695)), quick)).toEqual([]);
    expect(failed(twoModes, spoiled(runs, "balanced", 1, heavy(0.7)), quick)).toHaveLength(1);
  });
});

describe("two-modes", () => {
  it("is planned with fewer seeds of what is only shown, and without it in the quick budget", () => {
    const units = twoModes.plan(full);
    const count = (method: string): number => units.filter((unit) => unit.method === method).length;
    expect([count("balanced"), count("ula-ebm"), count("balanced-without-jumps"), count("nce")]).toEqual([
      10, 10, 5, 2,
    ]);
    expect(twoModes.plan({ ...quick, seed: 5 }).map(twoModes.label)).toContain("balanced, seed 5");
    expect(twoModes.plan(quick).some(({ method }) => method === "nce")).toBe(false);
  });

  it("becomes a page with every figure that the paper's has", () => {
    const runs = planned(twoModes, quick, truth, controls);
    const page = twoModes.report(twoModes.conclude(runs, quick), quick);
    const html = renderPage(page, newDocument());
    for (const title of [
      ...["The truth", "Data", "Learned by balanced training", "Learned by ULA-EBM", "Flow of balanced training"],
      ...["Negatives of ULA-EBM", "Negatives of balanced training", "Density along the axis through the centroids"],
      ...["Weight of the heavy mode, ULA-EBM", "Chains of balanced training in latent space"],
    ])
      expect(html).toContain(`<title>${title}</title>`);
  });
});

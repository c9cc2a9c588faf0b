import { describe, expect, it } from "vitest";
import { type Found, failed, planned, spoiled } from "../../test/support/planar-runs.js";
import { rareMode } from "./rare-mode.js";

const full = { budget: "full", seeds: 10, seed: 0 } as const;
const truth = [0.99, 0.01];
const rare = (w: number): Found => ({ weights: [1 - w, w] });

const sound = planned(rareMode, full, truth, { "balanced-without-closing": rare(0.006) });
const verdict = (method: string, count: number, found: Found): string[] =>
  failed(rareMode, spoiled(sound, method, count, found), full);

describe("the claims of rare-mode", () => {
  it("all hold on runs as they should be", () => expect(failed(rareMode, sound, full)).toEqual([]));

  it("allow one run of ten to be off, and not two", () => {
    expect(verdict("balanced", 1, rare(0.0065))).toEqual([]);
    expect(verdict("balanced", 2, rare(0.0065))).toEqual([
      "balanced gets the weight of the rare mode right",
      "balanced gives it the weight that its rows have",
    ]);
    expect(verdict("balanced", 2, rare(0.0115))).toEqual(["balanced gives it the weight that its rows have"]);
  });

  it("need seven of ten to be too light without closing steps", () => {
    const control = "balanced-without-closing";
    expect(verdict(control, 3, rare(0.01))).toEqual([]);
    expect(verdict(control, 4, rare(0.01))).toEqual([`${control} makes it too light`]);
  });
});

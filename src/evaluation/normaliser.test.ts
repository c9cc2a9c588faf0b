import { describe, expect, it } from "vitest";
import type { LogZTable } from "../estimators/estimate-log-z.js";
import { normalEstimate } from "../metrics/intervals/interval.js";
import { agreement, type Opinion } from "../metrics/log-z/agreement.js";
import { atMost, doubtOf, normaliserOf, verdictOn } from "./normaliser.js";

const note = "Pareto k is 0.9";
const alone = { logZ: normalEstimate(-7, 0.2), note };
const table = (opinions: Record<string, Opinion>): LogZTable => ({
  rows: [],
  skipped: [],
  agreement: agreement(opinions),
});
const parts = (value: number): number[] => new Array<number>(32).fill(value);
const below = (value: number): Opinion => ({ value, standardError: 2, note, bound: "lower", parts: parts(value) });
const above = (value: number): Opinion => ({ value, standardError: 2, note, bound: "upper", parts: parts(value) });
const nothing = table({ a: { value: 0, standardError: 40 } });

describe("the log Z of the likelihoods", () => {
  it("is what the estimators say together, and the importance estimate where they were not asked", () => {
    const two = table({ a: { value: 1, standardError: 0.1 }, b: { value: 1.1, standardError: 0.1 } });
    expect(normaliserOf(alone, two)).toEqual(two.agreement.combined);
    expect(normaliserOf(alone, null)).toEqual(alone.logZ);
    for (const known of [two, null]) expect(atMost(known)).toBeNull();
  });

  it("is the middle of what it is known to lie in, without an error", () => {
    const between = table({ ais: below(-7), "reverse-ais": above(-5) });
    const { value, standardError, interval } = normaliserOf(alone, between);
    expect([value, standardError]).toEqual([expect.closeTo(-6, 9), null]);
    expect(interval).toEqual(between.agreement.bounds);
    expect(atMost(between)).toBeNull();
  });

  it("is what it is known to be at least: the likelihood is then at most what it says", () => {
    const least = table({ importance: below(-7) });
    const low = least.agreement.bounds[0]!;
    expect(normaliserOf(alone, least)).toEqual({ value: low, standardError: null, interval: null });
    expect(atMost(least)).toBe(`at most: log Z is only known to be at least ${low.toFixed(2)} (97.5 %)`);
  });

  it("has no error where nothing is known, nor where bounds contradict each other", () => {
    const crossed = table({ ais: below(3), "reverse-ais": above(-3) });
    for (const unknown of [nothing, crossed])
      expect(normaliserOf(alone, unknown)).toEqual({ value: -7, standardError: null, interval: null });
    expect(atMost(crossed)).toBeNull();
  });
});

describe("the verdict", () => {
  const on = (gain: number, known: LogZTable, most = false): string =>
    verdictOn(
      { gain: normalEstimate(gain, 0.1), atMost: most },
      doubtOf({ logZ: alone, estimates: known }),
      "a fitted Gaussian",
    );

  it("is none where log Z is not known", () => {
    expect(on(3, nothing)).toBe("Not decided: log Z is not known: no estimate is to be trusted.");
    expect(on(-3, nothing)).toMatch(/^Not decided/);
    expect(on(3, table({ importance: below(-7) }), true)).toMatch(/^Not decided: log Z is known to be at least/);
  });

  it("is against a model that even at most is behind", () => {
    expect(on(-3, table({ importance: below(-7) }), true)).toMatch(
      /^A fitted Gaussian explains held-out rows better than the model, by at least 2\.804 nats a row, though log Z is known to be at least -7\.\d\d/,
    );
  });

  it("names no winner by a difference that it does not show, and does not call equal what rows do not tell", () => {
    const of = (value: number, error: number): string =>
      verdictOn({ gain: normalEstimate(value, error), atMost: false }, null, "a fitted Gaussian");
    const equal =
      "The model and a fitted Gaussian explain held-out rows equally well: to 0.001 nats a row they do not differ.";
    for (const [value, error] of [
      [3e-4, 1e-5],
      [-3e-4, 1e-5],
      [0, 0],
      [-1e-5, 1e-4],
      [4e-4, 2e-4],
    ] as const)
      expect(of(value, error)).toBe(equal);
    expect(of(6e-4, 1e-5)).toBe(
      "The model explains held-out rows better than a fitted Gaussian, by 0.001 nats a row (95 % interval 0.001 to 0.001).",
    );
    expect(of(-6e-4, 1e-5)).toMatch(/^A fitted Gaussian explains held-out rows better than the model, by 0\.001/);
    // A mean of 0 with an error of 0.1 is no sign of equality; nor is there a minus in front of its zero.
    expect(of(-1e-5, 0.1)).toBe(
      "Held-out rows do not tell the model and a fitted Gaussian apart: the difference is 0.000 nats a row (95 % interval -0.196 to 0.196).",
    );
  });
});

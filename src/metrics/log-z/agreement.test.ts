import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, NumericError } from "../../util/errors.js";
import { agreement, type Opinion } from "./agreement.js";

const key = makeKey(54);
const at = (value: number, standardError: number | null, more: Partial<Opinion> = {}): Opinion => ({
  value,
  standardError,
  ...more,
});

describe("estimates that agree", () => {
  it("are combined by inverse variance, and said in a sentence", () => {
    const found = agreement({ a: at(1.0, 0.02), b: at(1.03, 0.01), c: at(0.99, 0.05) });
    const weights = [2500, 10_000, 400];
    const total = 12_900;
    expect(found.agree).toBe(true);
    expect(found.combined!.value).toBeCloseTo(
      (1.0 * weights[0]! + 1.03 * weights[1]! + 0.99 * weights[2]!) / total,
      12,
    );
    expect(found.combined!.standardError).toBeCloseTo(1 / Math.sqrt(total), 12);
    expect(found.verdict).toBe("3 estimators agree: log Z = 1.0229 ± 0.0088.");
    expect(found.level).toBeCloseTo(0.001 / 3, 12);
  });

  it("are the exact one where there is one", () => {
    const found = agreement({ a: at(1, 0.02), exact: at(1.01, null), zero: at(1.0101, 0) });
    expect(found.combined).toEqual({ value: 1.01, standardError: 0, interval: [1.01, 1.01] });
    expect(found.verdict).toBe("3 estimators agree: log Z = 1.0100.");
  });

  it("may differ by what single precision is worth", () => {
    expect(agreement({ a: at(0, 1e-8), b: at(1e-3, 1e-8) }).agree).toBe(true);
    expect(agreement({ a: at(0, 1e-8), b: at(1e-3, 1e-8) }, { least: 1e-4 }).agree).toBe(false);
  });

  it("are told to disagree at most as often as was asked, and not much less often", () => {
    let alarms = 0;
    const repetitions = 4000;
    for (let r = 0; r < repetitions; r++) {
      const z = normal(fold(key, r), [4], "float64").data;
      const errors = [0.1, 1, 1, 2];
      const estimates = Object.fromEntries(errors.map((e, i) => [`e${i}`, at(e * z[i]!, e)]));
      if (!agreement(estimates, { falseAlarm: 0.05 }).agree) alarms++;
    }
    // Bonferroni holds 5 % from above; 4 standard deviations of 4000 repetitions are 1.4 %: false alarms 3e-5 a bound.
    expect(alarms / repetitions).toBeLessThan(0.064);
    expect(alarms / repetitions).toBeGreaterThan(0.02);
  });
});

describe("estimates that disagree", () => {
  const importance = at(-0.405, 0.01, { trap: "is too low where its proposal misses a mode" });
  const bridge = at(0.01, 0.03, { trap: "is wrong where its chains never leave one" });

  it("are named with how far apart they are and how each may be wrong", () => {
    const found = agreement({ importance, bridge });
    expect(found.agree).toBe(false);
    expect(found.combined).toBeNull();
    expect(found.verdict).toBe(
      "importance and bridge differ by 13.1 standard errors (0.415): importance is too low where its proposal misses a mode, bridge is wrong where its chains never leave one.",
    );
    expect(found.disagreements).toEqual([
      {
        names: ["importance", "bridge"],
        difference: expect.closeTo(-0.415, 12),
        scores: expect.closeTo(-13.12, 2),
        pValue: expect.closeTo(0, 12),
      },
    ]);
  });

  it("are listed worst first; the one that stands alone is told", () => {
    const found = agreement({ importance, bridge, quadrature: at(0, 1e-7), smc: at(0.02, 0.02) });
    expect(found.disagreements.map(({ names }) => names.join(" "))).toEqual([
      "importance quadrature",
      "importance smc",
      "importance bridge",
    ]);
    expect(found.verdict).toMatch(/Without importance, bridge, quadrature and smc agree\.$/);
    // Two against two: none stands alone.
    const split = agreement({ a: at(0, 0.01), b: at(0, 0.01), c: at(1, 0.01), d: at(1, 0.01) });
    expect(split.verdict).not.toContain("Without");
  });

  it("between exact ones say so", () => {
    expect(agreement({ a: at(1, null), b: at(2, 0) }).verdict).toBe("a and b differ by 1.00, and both are exact.");
  });

  it("count for less where an error is itself uncertain", () => {
    const b = at(4.5, 1e-6);
    expect(agreement({ a: at(0, 1), b }).agree).toBe(false);
    // A Student variable of five degrees is further off than 4.5 with chance 0.0064.
    const uncertain = agreement({ a: at(0, 1, { degrees: 5 }), b }, { falseAlarm: 0.0065 });
    expect(uncertain.disagreements[0]!.pValue).toBeCloseTo(0.0064, 4);
    expect(agreement({ a: at(0, 1, { degrees: 5 }), b }).agree).toBe(true);
  });
});

describe("bounds", () => {
  const bounds = (low: Opinion, high: Opinion): Readonly<Record<string, Opinion>> => ({
    ais: { ...low, bound: "lower" },
    "reverse-ais": { ...high, bound: "upper" },
  });

  it("bracket the number", () => {
    const found = agreement({ ...bounds(at(0.9, 0.1), at(1.1, 0.1)), importance: at(1, 0.05, { bound: "lower" }) });
    expect(found.bracket).toEqual([1, 1.1]);
    expect(found.agree).toBe(true);
  });

  it("in the wrong order by more than their errors are a fault", () => {
    const found = agreement(bounds(at(1.5, 0.1), at(0.5, 0.1)));
    expect(found.agree).toBe(false);
    expect(found.verdict).toMatch(
      /^reverse-ais, an upper bound, lies below ais, a lower one, by 7.1 standard errors \(1.00\)/,
    );
    // By less than errors explain they are not.
    expect(agreement(bounds(at(1.1, 0.1), at(1, 0.1))).agree).toBe(true);
  });

  it("that are not to be trusted contradict only where no law of the weights can explain it", () => {
    const weak = { note: "heavy weights" };
    // Markov: 2 log(2 / 0.001) = 15.2 nats.
    expect(agreement(bounds(at(10, 0.1, weak), at(-5, 0.1, weak))).agree).toBeNull();
    expect(agreement(bounds(at(11, 0.1, weak), at(-5, 0.1, weak))).agree).toBe(false);
  });
});

describe("estimates with a note", () => {
  it("do not count", () => {
    const poor = at(-3, 0.01, { note: "Pareto k is 0.9" });
    const two = agreement({ poor, a: at(0, 0.1), b: at(0.1, 0.1) });
    expect(two.agree).toBe(true);
    expect(two.verdict).toMatch(/^2 estimators agree/);
    const one = agreement({ poor, a: at(0.25, 0.1) });
    expect(one.agree).toBeNull();
    expect(one.combined!.value).toBe(0.25);
    expect(one.verdict).toBe("Only a is to be trusted: log Z = 0.25 ± 0.10, with nothing to compare it to.");
    const none = agreement({ poor });
    expect(none).toMatchObject({ agree: null, combined: null });
    expect(none.verdict).toBe("No estimate of log Z is to be trusted.");
  });

  it("may be no number; one without a note may not", () => {
    expect(agreement({ a: at(Number.NEGATIVE_INFINITY, null, { note: "no weight" }), b: at(0, 1) }).agree).toBeNull();
    expect(() => agreement({ a: at(Number.NaN, null) })).toThrow(NumericError);
    expect(() => agreement({})).toThrow(InputError);
  });
});

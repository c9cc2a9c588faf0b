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
  it("are combined by inverse variance, with the error of the best, and said in a sentence", () => {
    const found = agreement({ a: at(1.0, 0.02), b: at(1.03, 0.01), c: at(0.99, 0.05) });
    const weights = [2500, 10_000, 400];
    const total = 12_900;
    expect(found.agree).toBe(true);
    expect(found.combined!.value).toBeCloseTo(
      (1.0 * weights[0]! + 1.03 * weights[1]! + 0.99 * weights[2]!) / total,
      12,
    );
    const scatter = [1.0, 1.03, 0.99].reduce((s, v, i) => s + weights[i]! * (v - found.combined!.value) ** 2, 0);
    expect(found.combined!.standardError).toBeCloseTo(0.01 * Math.sqrt(scatter / 2), 12);
    expect(found.verdict).toBe("3 estimators agree: log Z = 1.023 ± 0.011.");
    // Alike by chance they are known no better than the best is.
    expect(agreement({ a: at(1, 0.02), b: at(1, 0.01) }).combined!.standardError).toBeCloseTo(0.01, 12);
    expect(found.level).toBeCloseTo(0.001 / 3, 12);
  });

  it("say how far apart they are where that is more than chance often brings", () => {
    const found = agreement({
      a: at(0.5512, 0.0044),
      b: at(0.5738, 0.004),
      ...Object.fromEntries(Array.from("cdef", (name) => [name, at(0.56, 0.02)])),
    });
    expect(found.agree).toBe(true);
    expect(found.verdict).toMatch(
      /^6 estimators agree: log Z = 0\.56\d* ± 0\.0\d+, though a and b differ by 3\.8 standard errors\.$/,
    );
  });

  it("have an interval that holds the truth about as often as it says, also where errors are too small", () => {
    const [repetitions, truth] = [2000, 3];
    const held = (understated: number): number => {
      let count = 0;
      for (let r = 0; r < repetitions; r++) {
        const z = normal(fold(fold(key, "held"), r), [3], "float64").data;
        const found = agreement(
          Object.fromEntries(Array.from(z, (v, i) => [`e${i}`, at(truth + 0.1 * v, 0.1 / understated)])),
          { falseAlarm: 1e-12 },
        );
        const [low, high] = found.combined!.interval!;
        if (low <= truth && truth <= high) count++;
      }
      return count / repetitions;
    };
    // Three independent ones are known better than the best: 1.96 √3 standard errors hold nearly always.
    expect(held(1)).toBeGreaterThan(0.99);
    // Errors too small by half are mended by the scatter; pooled as they are they would hold 67 in 100.
    expect(held(2)).toBeGreaterThan(0.8);
  });

  it("are none where their error is more than a nat", () => {
    const found = agreement({ a: at(-4.66, 0.73), wide: at(0, 11) });
    expect(found.agree).toBeNull();
    expect(found.verdict).toBe("Only a is to be trusted: log Z = -4.66 ± 0.73, with nothing to compare it to.");
    expect(agreement({ wide: at(-19, 40) }).verdict).toBe("log Z is not known: no estimate is to be trusted.");
    expect(agreement({ wide: at(-19, 40) }).combined).toBeNull();
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
  const poor = "Pareto k is 0.9";
  const parts = (value: number): number[] => new Array<number>(32).fill(value);
  const lower = (value: number, more: Partial<Opinion> = {}): Opinion =>
    at(value, 0.1, { bound: "lower", parts: parts(value), ...more });
  const upper = (value: number, more: Partial<Opinion> = {}): Opinion =>
    at(value, 0.1, { bound: "upper", parts: parts(value), ...more });
  const falls = (alpha: number, count = 1): number => Math.log((32 * count) / alpha) / 32;

  it("hold what is proved of the number, of the best of each kind", () => {
    const found = agreement({ ais: lower(0.9), importance: lower(1), "reverse-ais": upper(1.1) });
    expect(found.bounds[0]).toBeCloseTo(1 - falls(0.025, 2), 12);
    expect(found.bounds[1]).toBeCloseTo(1.1 + falls(0.025), 12);
    expect(found.agree).toBe(true);
    expect(agreement({ a: at(1, 0.1) }).bounds).toEqual([null, null]);
  });

  it("are what is known where no estimate is to be trusted", () => {
    const note = poor;
    const found = agreement({ ais: lower(-2, { note }), "reverse-ais": upper(3, { note }) });
    expect(found).toMatchObject({ agree: null, combined: null });
    expect(found.verdict).toBe(
      "log Z is known to lie in [-2.22, 3.22] (95 %): no estimate is good enough for a number.",
    );
    expect(agreement({ ais: lower(-2, { note }) }).verdict).toBe(
      "log Z is known to be at least -2.22 (97.5 %), and not how much more.",
    );
    expect(agreement({ r: upper(3, { note }) }).verdict).toBe(
      "log Z is known to be at most 3.22 (97.5 %), and not how much less.",
    );
  });

  it("refute an estimate that is beyond what a noted one proves", () => {
    const found = agreement({ smc: at(-4.66, 0.73), importance: lower(-0.67, { note: poor }) });
    expect(found.agree).toBe(false);
    expect(found.combined).toBeNull();
    expect(found.verdict).toBe("smc says -4.66 ± 0.73, and importance shows that it is at least -1.04.");
    // One that its error reaches back from is not refuted, nor one within.
    for (const value of [-3, -1, 5])
      expect(agreement({ smc: at(value, 0.73), importance: lower(-0.67, { note: poor }) }).agree).toBeNull();
    const above = agreement({ smc: at(9, 0.5), "reverse-ais": upper(3, { note: poor }) });
    expect(above.verdict).toMatch(/^smc says 9\.00 ± 0\.50, and reverse-ais shows that it is at most 3\.\d\d\.$/);
  });

  it("in the wrong order are a fault", () => {
    const found = agreement({ ais: lower(1.5), "reverse-ais": upper(0.5) });
    expect(found.agree).toBe(false);
    expect(found.verdict).toMatch(
      /^reverse-ais, high on average, lies below ais, low on average, by 7.1 standard errors \(1.00\)/,
    );
    const noted = agreement({ ais: lower(10, { note: poor }), "reverse-ais": upper(5, { note: poor }) });
    expect(noted.verdict).toMatch(
      /^ais shows that it is at least 9\.6\d, and reverse-ais that it is at most 5\.3\d: the draws/,
    );
    // By less than chance explains they are not.
    expect(agreement({ ais: lower(1.1), "reverse-ais": upper(1) }).agree).toBe(true);
    expect(agreement({ ais: lower(5.5, { note: poor }), "reverse-ais": upper(5, { note: poor }) }).agree).toBeNull();
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
    expect(none.verdict).toBe("log Z is not known: no estimate is to be trusted.");
  });

  it("may be no number; one without a note may not", () => {
    expect(agreement({ a: at(Number.NEGATIVE_INFINITY, null, { note: "no weight" }), b: at(0, 1) }).agree).toBeNull();
    expect(() => agreement({ a: at(Number.NaN, null) })).toThrow(NumericError);
    expect(() => agreement({})).toThrow(InputError);
  });
});

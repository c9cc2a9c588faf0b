import { describe, expect, it } from "vitest";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { addLook, type Course, type Look, looksOf, noCourse } from "./looks.js";

const key = makeKey(61);

describe("looks", () => {
  it("are every so many steps and the last, and sooner at first where that is long", () => {
    expect(looksOf(250, 1000)).toEqual([10, 20, 40, 80, 160, 250, 500, 750, 1000]);
    expect(looksOf(250, 900)).toEqual([10, 20, 40, 80, 160, 250, 500, 750, 900]);
    expect(looksOf(100, 150)).toEqual([10, 20, 40, 80, 100, 150]);
    expect(looksOf(7, 24)).toEqual([7, 14, 21, 24]);
    expect(looksOf(250, 100)).toEqual([10, 20, 40, 80, 100]);
    expect(looksOf(250, 10)).toEqual([10]);
  });
});

/**
 * The course of a training of 2000 steps, looked at as is usual: rows differ by 2 nats from one another, and from look
 * to look each moves by noise about the mean that its part has.
 */
function courseOf(
  k: Key,
  at: (step: number) => { validation: number; training: number; test?: number },
  { rows = 69, moves = 0.5, draw = (own: Key, n: number): ArrayLike<number> => normal(own, [n], "float64").data } = {},
): Course {
  const steps = looksOf(250, 2000);
  const level = {
    validation: normal(fold(k, "v"), [rows], "float64").data,
    test: normal(fold(k, "held out"), [rows], "float64").data,
    training: normal(fold(k, "t"), [rows], "float64").data,
  };
  const drift = { validation: new Float64Array(rows), test: new Float64Array(rows), training: new Float64Array(rows) };
  let [course, best] = [noCourse, Number.NEGATIVE_INFINITY];
  for (const [i, step] of steps.entries()) {
    const values = (part: "validation" | "test" | "training"): number[] => {
      const noise = draw(fold(fold(k, part), i), rows);
      const { validation, [part]: mean = validation } = at(step);
      return Array.from(level[part], (v, j) => {
        drift[part][j]! += moves * noise[j]!;
        return 2 * v + drift[part][j]! + mean;
      });
    };
    const look: Look = {
      ...{ step, validation: values("validation"), test: values("test"), training: values("training"), error: 0.005 },
    };
    const mean = look.validation.reduce((s, v) => s + v, 0) / rows;
    course = addLook(course, look, { isBest: mean > best, isEnd: step === 2000 }, { steps: 2000, looks: steps.length });
    best = Math.max(best, mean);
  }
  return course;
}

const flat = () => ({ validation: -4, training: -4 });
const rules = (
  n: number,
  ...given: Parameters<typeof courseOf> extends [Key, ...infer Rest] ? Rest : never
): string[] => Array.from({ length: n }, (_, i) => courseOf(fold(key, i), ...given).finding?.rule ?? "none");

describe("a course", () => {
  const share = (found: readonly string[]): number => found.filter((rule) => rule !== "none").length / found.length;
  const uniformly = (k: Key, n: number): ArrayLike<number> => uniform(k, [n], "float64").data;
  // 1000 trainings that neither gain nor lose, each row on a walk of its own. Five standard errors of 1 % are 0.016, in
  // which a rate of 1 % is passed once in 3.5e6.
  it.each([
    { name: "normal", draw: undefined },
    {
      name: "heavy-tailed",
      draw: (k: Key, n: number) =>
        Array.from(
          uniformly(k, n),
          (u) => 0.3 * Math.sign(u - 0.5) * (Math.abs(2 * u - 1) < 1 ? (1 - Math.abs(2 * u - 1)) ** (-1 / 3) - 1 : 9),
        ),
    },
    {
      name: "skewed, a few rows losing much",
      draw: (k: Key, n: number) => Array.from(uniformly(k, n), (u) => 1 + Math.log(Math.max(u, 1e-12))),
    },
  ])("of $name noise alone is silent in 99 of 100 trainings", ({ draw }) => {
    expect(share(rules(1000, flat, draw ? { draw } : {}))).toBeLessThan(0.01 + 0.016);
    expect(share(rules(300, flat, { rows: 15, ...(draw ? { draw } : {}) }))).toBeLessThan(0.01 + 0.03);
  });

  it("that loses less than matters is silent, however many rows there are", () => {
    const slow = (step: number) => ({ validation: -4 - 0.009 * (step / 2000), training: -4 });
    expect(share(rules(50, slow, { rows: 1024, moves: 0.001 }))).toBe(0);
  });

  it("that over-fits from the first look on is named, with where and how much", () => {
    const over = (step: number) => ({ validation: -3.8 - 1.1 * (step / 2000), training: -3.8 + 0.3 * (step / 2000) });
    const found = rules(50, over, { moves: 0.3 });
    expect(new Set(found)).toEqual(new Set(["over-fitted"]));
    const { finding } = courseOf(fold(key, 1), over, { moves: 0.3 });
    expect(finding!.what).toMatch(
      /^The training over-fits: .* Best at step \d+ of 2000; from there to step 2000 (test|validation) rows went from -\d\.\d+ to -\d\.\d+, by [01]\.\d+ ± 0\.\d+ nats a row, rows of the training from -\d\.\d+ to -\d\.\d+\.$/,
    );
    expect(finding!.since).toBeLessThan(300);
    expect(finding!.advice).toMatch(/^End the training when .*\(patience\), keep the parameters/);
  });

  it("that over-fits is nothing to be told where it ends there with its best, and one that falls back still is", () => {
    const rows = (level: number): number[] => Array.from({ length: 60 }, (_, i) => level + 0.01 * (i % 7));
    const at = (step: number, heldOut: number, training: number): Look => ({
      ...{ step, validation: rows(heldOut), test: rows(heldOut), training: rows(training), error: 0.001 },
    });
    const found = (training: number, keepsBest: boolean): string | undefined =>
      addLook(
        addLook(noCourse, at(10, -3, -3), { isBest: true, isEnd: false }, { steps: 40, looks: 3 }),
        at(40, -5, training),
        { isBest: false, isEnd: true },
        { steps: 40, looks: 3, keepsBest },
      ).finding?.rule;
    expect([found(-2, false), found(-2, true)]).toEqual(["over-fitted", undefined]);
    expect([found(-5, false), found(-5, true)]).toEqual(["fell-back", "fell-back"]);
  });

  it("that loses what it had on all rows falls back", () => {
    const back = (step: number) => ({ validation: -3 - (step > 1000 ? 1 : 0), training: -3 - (step > 1000 ? 1 : 0) });
    expect(new Set(rules(20, back, { moves: 0.1 }))).toEqual(new Set(["fell-back"]));
  });

  it("that finds again what it had lost is forgotten to have lost it", () => {
    const dip = (step: number) => ({
      validation: step > 900 && step < 1100 ? -6 : -4 + (step >= 1250 ? 1 : 0),
      training: -4,
    });
    expect(rules(20, dip, { moves: 0.05 }).filter((rule) => rule !== "none")).toEqual([]);
  });

  it("that still gains at the last step is named, with how much since three quarters", () => {
    const gain = (step: number) => ({ validation: -5 + step / 2000, training: -5 + step / 2000 });
    expect(new Set(rules(20, gain, { moves: 0.1 }))).toEqual(new Set(["unfinished"]));
    const { finding } = courseOf(fold(key, 2), gain, { moves: 0.1 });
    expect(finding!.what).toMatch(
      / From step 1500 to 2000 rows held out went from .*, by 0\.2\d* ± 0\.0\d+ nats a row\.$/,
    );
    expect(finding!.advice).toBe("Train for longer, twice the steps (steps).");
  });

  it("of a training that gained early and is done is silent", () => {
    const done = (step: number) => ({ validation: -4 - 3 * Math.exp(-step / 150), training: -4 });
    expect(share(rules(100, done, { moves: 0.05 }))).toBeLessThan(0.06);
  });

  it("says nothing by fewer than ten rows", () => {
    const over = (step: number) => ({ validation: -step / 100, training: 0 });
    expect(share(rules(20, over, { rows: 9, moves: 0.01 }))).toBe(0);
  });
});

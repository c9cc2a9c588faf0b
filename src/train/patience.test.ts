/** What a judgement is worth: the best of a training, and what is left of its patience. */

import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { mean } from "../util/moments.js";
import type { Best } from "./checkpoint.js";
import type { Look } from "./looks.js";
import { addJudged } from "./patience.js";

const ROWS = 40;
const rows = Array.from(normal(makeKey(4), [ROWS], "float64").data);
const noise = Array.from(normal(makeKey(5), [ROWS], "float64").data, (v) => 0.3 * v);

/** Rows that are as likely as at the start but for a shift, and for what each differs by. */
const lookAt = (step: number, shift: number): Look & { readonly value: number } => {
  const validation = rows.map((v, i) => v + shift + (step > 0 ? noise[i]! : 0));
  return { step, validation, test: [], training: validation, error: 0.001, value: mean(validation) };
};
const judgedAt = (step: number, shift: number, trusted = true) => {
  const { value, ...look } = lookAt(step, shift);
  return { step, value, ...(trusted ? { look } : {}) };
};
const start = lookAt(0, 0);
const atStart: Best = { step: 0, value: start.value, since: 0 };
const fit = { looks: 13, isFit: true };

describe("the best", () => {
  it("is what there is first, and a number", () => {
    expect(addJudged(null, judgedAt(0, 0), null, fit)).toEqual({ isBest: true, best: atStart });
    const lost = { step: 10, value: Number.NaN };
    expect(addJudged(null, lost, null, fit)).toEqual({ isBest: false, best: null });
  });

  it("of a training that starts as a fit is beaten by more than an error alone, by a log Z that is to be trusted", () => {
    // An error of 0.3/√40 = 0.05, about a mean that the noise shifts by less than that.
    expect(addJudged(atStart, judgedAt(20, 0.3), start, fit).isBest).toBe(true);
    expect(addJudged(atStart, judgedAt(20, 0.3, false), start, fit).isBest).toBe(false);
    const later = lookAt(20, 0.3);
    const best = { step: 20, value: later.value, since: 0 };
    expect(addJudged(best, judgedAt(40, 0.31), later, fit).isBest).toBe(true);
    expect(addJudged(best, judgedAt(40, 5, false), later, fit).isBest).toBe(false);
    // Without a fit that it could fall back to, what is larger is better.
    expect(addJudged(best, judgedAt(40, 5, false), later, { ...fit, isFit: false }).isBest).toBe(true);
  });
});

describe("patience", () => {
  const later = lookAt(40, 0.5);
  const best: Best = { step: 40, value: later.value, since: 1 };
  const since = (judged: ReturnType<typeof judgedAt>, isFit = true): number =>
    addJudged(best, judged, later, { ...fit, isFit }).best!.since;

  it("is had one look by rows that are not better, two by rows that are clearly worse, and begins anew with a best", () => {
    expect(since(judgedAt(80, 0.49))).toBe(2);
    expect(since(judgedAt(80, -1))).toBe(3);
    expect(since(judgedAt(80, 0.6))).toBe(0);
  });

  it("is had two looks by a fit that was left so far that log Z is lost, and one by a training that is none", () => {
    expect(since(judgedAt(80, 0.49, false))).toBe(3);
    expect(since(judgedAt(80, 0.49, false), false)).toBe(2);
  });

  it("goes on from checkpoints of before, which did not count", () => {
    const { since: _, ...old } = best;
    expect(addJudged(old, judgedAt(80, 0.49), later, fit).best!.since).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import type { Evaluation } from "../evaluation/evaluate.js";
import { InputError } from "../util/errors.js";
import { parseSummary, summaryText } from "./summary-file.js";

const evaluation = { verdict: "equal", gain: Number.NaN } as unknown as Evaluation;
const text = summaryText({ steps: 12, selected: 10, evaluation });
const read = (given: string) => parseSummary(new TextEncoder().encode(given), "run/summary.json", "run");

describe("summary.json", () => {
  it("is read as it was written; one of before has no checksum", () => {
    const said = { steps: 12, selected: 10, evaluation: { verdict: "equal", gain: null } };
    expect(read(text)).toEqual(said);
    expect(read(JSON.stringify(said))).toEqual(said);
  });

  it.each([
    ["with another digit", text.replace('"steps": 12', '"steps": 16'), "does not match its checksum"],
    ["cut short", text.slice(0, 40), "it is not JSON"],
    ["empty", "", "it is empty"],
    ["of something else", "{}", "it is no summary of a run"],
    ["of a list", "[]", "expected a JSON object"],
    ["without an evaluation", '{"steps":1,"selected":1,"evaluation":null}', "it is no summary"],
  ])("%s is refused with what makes it again", (_, given, why) => {
    expect(() => read(given)).toThrow(InputError);
    expect(() => read(given)).toThrow(/^run\/summary\.json is damaged: .*; write it anew with: ebbflow evaluate run$/);
    expect(() => read(given)).toThrow(why);
  });
});

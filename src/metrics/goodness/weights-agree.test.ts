import { describe, expect, it } from "vitest";
import { categorical } from "../../random/choose.js";
import { fold, makeKey } from "../../random/key.js";
import { ShapeError } from "../../util/errors.js";
import { weightsAgree } from "./weights-agree.js";

const key = makeKey(17);
const [ROWS, DRAWS] = [2000, 2000];

/** Rows in modes of `share` and its rest; draws half in each, whose weights make up for it. */
function compare(run: number, rows: number, model: number) {
  const own = fold(key, run);
  const draws = categorical(fold(own, "draws"), [0.5, 0.5], [DRAWS]);
  return weightsAgree(
    {
      rows: categorical(fold(own, "rows"), [1 - rows, rows], [ROWS]),
      draws,
      logWeights: Float64Array.from(draws, (k) => Math.log(k === 1 ? model : 1 - model)),
    },
    { modes: 2 },
  );
}

describe("data and model", () => {
  it("of equal weights are told apart as seldom as is said", () => {
    const repetitions = 1000;
    let alarms = 0;
    for (let r = 0; r < repetitions; r++) if (compare(r, 0.02, 0.02).pValue! <= 0.05) alarms++;
    // 3 standard errors above α: one run in 740, were the seed not fixed.
    expect(alarms / repetitions).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repetitions));
  });

  it("of which the model holds a mode half as heavy are told apart", () => {
    const told = Array.from({ length: 20 }, (_, r) => compare(r, 0.04, 0.02).pValue! <= 0.01);
    // Expected: z = (80 − 40)/√80, so that one in 20 might be missed.
    expect(told.filter(Boolean).length).toBeGreaterThanOrEqual(18);
  });

  it("have both shares with their errors", () => {
    const { modes, note } = compare(0, 0.02, 0.02);
    expect(note).toBeNull();
    expect(modes[1]!.rows.standardError).toBeCloseTo(
      Math.sqrt((modes[1]!.rows.value * (1 - modes[1]!.rows.value)) / ROWS),
      12,
    );
    // Half of the draws being there, the model's is known much better.
    expect(modes[1]!.model.standardError!).toBeLessThan(modes[1]!.rows.standardError! / 3);
  });
});

it("tests nothing where a mode is hardly drawn: what it holds seems to be the others'", () => {
  const found = weightsAgree(
    { rows: [0, 0, 1], draws: [...new Array(99).fill(0), 1], logWeights: new Float64Array(100) },
    { modes: 2 },
  );
  expect(found).toMatchObject({ pValue: null, note: "the draws are worth 1.0 in mode 1, of 20 needed" });
  expect(found.modes.map(({ pValue }) => pValue)).toEqual([null, null]);
});

it("tests nothing by weights that cannot be trusted", () => {
  const draws = Int32Array.from({ length: 400 }, (_, i) => i % 2);
  const heavy = Float64Array.from(draws, (_, i) => (i === 7 ? 30 : i / 100));
  expect(weightsAgree({ rows: [0, 1], draws, logWeights: heavy }, { modes: 2 })).toMatchObject({ pValue: null });
  expect(() => weightsAgree({ rows: [0], draws: [0], logWeights: [] }, { modes: 1 })).toThrow(ShapeError);
});

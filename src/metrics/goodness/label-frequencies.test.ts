import { describe, expect, it } from "vitest";
import { InputError } from "../../util/errors.js";
import { labelFrequencies } from "./label-frequencies.js";
import { totalVariation } from "./total-variation.js";

describe("labelFrequencies", () => {
  it("counts cells, empty ones too, and leaves out what lies in none", () => {
    expect([...labelFrequencies([0, 2, 2, -1], 4)]).toEqual([0.25, 0, 0.5, 0]);
    expect([...labelFrequencies(Int32Array.of(-1, -1), 2)]).toEqual([0, 0]);
  });

  it("gives total variation the share outside: one more class", () => {
    const q = labelFrequencies([0, 1, -1, -1], 2);
    expect(totalVariation({ p: [0.5, 0.5], q }).value).toBeCloseTo(0.5, 14);
  });

  it("refuses labels that are none", () => {
    for (const labels of [[], [2], [0.5], [-2], [Number.NaN]])
      expect(() => labelFrequencies(labels, 2)).toThrow(InputError);
  });
});

import { describe, expect, it } from "vitest";
import { acceptance } from "./acceptance.js";
import { modeJumps } from "./mode-jumps.js";

describe("modeJumps", () => {
  it("counts passages by where they come from, across draws in no mode", () => {
    const data = [0, 0, 1, -1, 0, 2, /* next chain */ 2, -1, 2, 2, 1, 1];
    const { counts, rate, trapped } = modeJumps({ shape: [2, 6], data }, { modes: 3 });
    expect(counts).toEqual([
      [0, 1, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(rate.value).toBeCloseTo((3 / 5 + 1 / 5) / 2, 14);
    expect(rate.standardError).toBeCloseTo(0.2, 14);
    expect(trapped).toBe(0);
  });

  it("bounds the rate when nothing jumped: 0.975 of the time a rate at the bound would have shown", () => {
    const { rate, trapped } = modeJumps({ shape: [2, 101], data: new Int8Array(202) }, { modes: 2 });
    expect(rate.value).toBe(0);
    expect(Math.exp(-200 * rate.interval![1])).toBeCloseTo(0.025, 14);
    expect(trapped).toBe(2);
  });

  it("has no error for one chain and no rate for one draw", () => {
    expect(modeJumps({ shape: [1, 3], data: [0, 1, 0] }, { modes: 2 }).rate).toEqual({
      value: 1,
      standardError: null,
      interval: null,
    });
    expect(modeJumps({ shape: [2, 1], data: [0, 1] }, { modes: 2 }).rate.value).toBeNaN();
  });
});

describe("acceptance", () => {
  it("is the mean with the error between chains", () => {
    const { value, standardError, interval } = acceptance({ shape: [3, 2], data: [1, 0, 1, 1, 0, 0] });
    expect(value).toBeCloseTo(0.5, 14);
    expect(standardError).toBeCloseTo(0.5 / Math.sqrt(3), 14);
    expect(interval![1] - 0.5).toBeCloseTo((4.302652729749 * 0.5) / Math.sqrt(3), 10);
    expect(acceptance({ shape: [1, 2], data: [1, 0] })).toEqual({ value: 0.5, standardError: null, interval: null });
    expect(acceptance({ shape: [2, 1], data: [1, Number.NaN] }).value).toBeNaN();
  });
});

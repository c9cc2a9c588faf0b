import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelledTicks, ticksOf, tickText } from "./axes.js";

describe("ticks", () => {
  it("are round numbers within the range, two or more and no more than asked for", () => {
    const low = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const span = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(low, span, fc.integer({ min: 4, max: 12 }), (from, wide, most) => {
        const ticks = ticksOf([from, from + wide], most);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        const margin = 1e-6 * (wide + Math.abs(from));
        expect(ticks[0]!).toBeGreaterThanOrEqual(from - margin);
        expect(ticks.at(-1)!).toBeLessThanOrEqual(from + wide + margin);
      }),
    );
  });

  it.each([
    [[-3, 3], 6, [-3, -2, -1, 0, 1, 2, 3]],
    [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[0.1, 0.45], 4, [0.1, 0.2, 0.3, 0.4]],
    [[1990, 2024], 4, [1990, 2000, 2010, 2020]],
  ] as const)("of %j are what people write", (range, most, ticks) => {
    expect(ticksOf(range, most)).toEqual(ticks);
  });

  it("are none of an empty range", () => {
    expect(ticksOf([1, 1], 5)).toEqual([]);
    expect(ticksOf([0, Number.NaN], 5)).toEqual([]);
  });

  it("are written short", () => {
    expect([0, 0.25, -3, 1500, 25_000, 2e6, 1e-6].map(tickText)).toEqual([
      "0",
      "0.25",
      "-3",
      "1,500",
      "25K",
      "2M",
      "1e-6",
    ]);
  });
});

describe("ticks of cells", () => {
  it("are their names where they are seen, some of them where there are many", () => {
    expect(labelledTicks([-0.5, 2.5], 5, ["a", "b", "c"])).toEqual([
      { at: 0, text: "a" },
      { at: 1, text: "b" },
      { at: 2, text: "c" },
    ]);
    expect(labelledTicks([0.6, 2.5], 5, ["a", "b", "c"]).map(({ text }) => text)).toEqual(["b", "c"]);
    expect(labelledTicks([-0.5, 9.5], 5, [..."abcdefghij"])).toHaveLength(5);
    expect(labelledTicks([0, 10], 5)[1]).toEqual({ at: 2, text: "2" });
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chiSquareScore } from "../../test/support/goodness.js";
import { InputError } from "../util/errors.js";
import { categorical, integers, permutation, subsample } from "./choose.js";
import { fold, makeKey } from "./key.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/draws.json", import.meta.url), "utf8"));
const key = makeKey(12345);

const count = (values: ArrayLike<number>, cells: number): number[] => {
  const counts = new Array<number>(cells).fill(0);
  for (let i = 0; i < values.length; i++) counts[values[i]!] = counts[values[i]!]! + 1;
  return counts;
};

describe("integers", () => {
  it("give the golden values, also where words are refused", () => {
    expect([...integers(key, [12], 10)]).toEqual(golden.integers);
    expect([...integers(key, [24], 2 ** 30 + 1)]).toEqual(golden.integersWide);
  });

  it.each([1, 2, 10, 1000])("are uniform below %i", (below) => {
    const x = integers(fold(key, below), [200, 500], below);
    expect(x.every((v) => v >= 0 && v < below)).toBe(true);
    // Score above 4.5: 3e-6.
    if (below > 1) expect(chiSquareScore(count(x, below), new Array(below).fill(1 / below))).toBeLessThan(4.5);
  });

  it("are unbiased where a plain remainder is far off", () => {
    const below = 3 * 2 ** 29; // A remainder of 2³² would give the first 2³⁰ a share of 3/4 instead of 2/3.
    const low = integers(fold(key, "wide"), [100_000], below).filter((v) => v < 2 ** 30).length;
    // 4.5 standard errors: 7e-6; the bias would be 56 of them.
    expect(Math.abs(low / 100_000 - 2 / 3)).toBeLessThan(4.5 * Math.sqrt(2 / 9 / 100_000));
  });

  it("begin a longer draw with the shorter one", () => {
    expect([...integers(key, [300], 2 ** 30 + 1).slice(0, 17)]).toEqual([...integers(key, [17], 2 ** 30 + 1)]);
  });

  it.each([0, -1, 2.5, 2 ** 31 + 1])("refuse below %s", (below) => {
    expect(() => integers(key, [1], below)).toThrow(InputError);
  });
});

describe("categorical", () => {
  it("draws the given probabilities, divided by their sum, and never an impossible category", () => {
    const weights = [0, 4, 0, 1, 3, 0];
    const counts = count(categorical(fold(key, "category"), weights, [50_000]), 6);
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0]);
    const share = weights.map((w) => w / 8);
    // Score above 4.5: 3e-6. Negative control: shares that are off by 2 %.
    expect(chiSquareScore(counts, share)).toBeLessThan(4.5);
    expect(chiSquareScore(counts, [0, 0.52, 0, 0.105, 0.375, 0])).toBeGreaterThan(4.5);
  });

  it("begins a longer draw with the shorter one", () => {
    expect([...categorical(key, [1, 2, 3], [100]).slice(0, 9)]).toEqual([...categorical(key, [1, 2, 3], [9])]);
  });

  it.each([[[0, 0]], [[]], [[1, -1]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])("refuses %j", (p) => {
    expect(() => categorical(key, p, [1])).toThrow(InputError);
  });
});

describe("permutation", () => {
  it("gives the golden order", () => {
    expect([...permutation(key, 12)]).toEqual(golden.permutation);
    expect([...permutation(key, 0)]).toEqual([]);
  });

  it("gives each of the 24 orders of four equally often", () => {
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(fold(key, i), 4).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    // Score above 4.5: 3e-6.
    expect(chiSquareScore([...orders.values()], new Array(24).fill(1 / 24))).toBeLessThan(4.5);
  });
});

describe("subsample", () => {
  it("takes distinct rows, the first of the permutation", () => {
    const taken = subsample(key, 1000, 300);
    expect(new Set(taken).size).toBe(300);
    expect([...taken]).toEqual([...permutation(key, 1000).slice(0, 300)]);
  });

  it("refuses to take more than there are", () => {
    expect(() => subsample(key, 3, 4)).toThrow(/cannot take 4 of 3/);
  });
});

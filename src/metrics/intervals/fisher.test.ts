import { expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { fisherExact, hypergeometric } from "./fisher.js";

it("is what the lady tasting tea is judged by", () => {
  // Of eight cups four had milk first: three of four right by chance 17 times in 70, all once.
  const cups = { marked: 4, unmarked: 4 };
  expect(hypergeometric({ from: 3, to: 4 }, 4, cups)).toBeCloseTo(17 / 70, 12);
  expect(hypergeometric({ from: 0, to: 4 }, 4, cups)).toBeCloseTo(1, 12);
  expect(fisherExact({ count: 4, of: 4 }, { count: 0, of: 4 })).toBeCloseTo(2 / 70, 12);
  expect(fisherExact({ count: 2, of: 4 }, { count: 2, of: 4 })).toBe(1);
});

it("does not care which sample comes first, nor which share is counted", () => {
  const [a, b] = [
    { count: 3, of: 40 },
    { count: 60, of: 300 },
  ];
  const without = ({ count, of }: typeof a) => ({ count: of - count, of });
  expect(fisherExact(b, a)).toBeCloseTo(fisherExact(a, b), 12);
  expect(fisherExact(without(a), without(b))).toBeCloseTo(fisherExact(a, b), 12);
});

it("stays exact in large samples", () => {
  // z = 4.53 by the normal approximation, whose two tails hold 6e-6.
  const p = fisherExact({ count: 100, of: 10_000 }, { count: 100, of: 20_000 });
  expect(p).toBeGreaterThan(1e-7);
  expect(p).toBeLessThan(2e-5);
});

it("is at most α with a chance of at most α when the shares are equal", () => {
  const [n, m, share, repetitions] = [200, 500, 0.02, 2000];
  const u = uniform(makeKey(3), [repetitions, n + m], "float64").data;
  let alarms = 0;
  for (let r = 0; r < repetitions; r++) {
    const row = u.subarray(r * (n + m), (r + 1) * (n + m));
    const count = (x: Float64Array): number => x.filter((v) => v < share).length;
    const p = fisherExact({ count: count(row.subarray(0, n)), of: n }, { count: count(row.subarray(n)), of: m });
    if (p <= 0.05) alarms++;
  }
  // 3 standard errors above α: one run in 740, were the seed not fixed.
  expect(alarms / repetitions).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repetitions));
});

it("refuses what is no count", () => {
  expect(() => fisherExact({ count: 2, of: 1 }, { count: 0, of: 4 })).toThrow(InputError);
  expect(() => fisherExact({ count: 0.5, of: 1 }, { count: 0, of: 4 })).toThrow(/expected whole numbers/);
});

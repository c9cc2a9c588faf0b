import { describe, expect, it } from "vitest";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { markovBound, partsOf } from "./markov-bound.js";

const key = makeKey(61);

describe("a bound by Markov's inequality", () => {
  it("is log Ẑ + log α of a single estimate", () => {
    expect(markovBound([2], 0.01)).toBeCloseTo(2 + Math.log(0.01), 12);
    expect(markovBound([Number.NEGATIVE_INFINITY], 0.01)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("is sharp where many estimates are alike, and not raised by one that was lucky", () => {
    const alike = new Array<number>(32).fill(5);
    // All of 32 exceed eᵗ Z with a chance of e^{−32 t} at most, that is α/32.
    expect(markovBound(alike, 0.05)).toBeCloseTo(5 - Math.log(32 / 0.05) / 32, 12);
    expect(markovBound([...alike.slice(1), 50], 0.05)).toBeGreaterThan(30);
    expect(markovBound([...alike.slice(1), 8], 0.05)).toBeCloseTo(markovBound(alike, 0.05), 12);
  });

  it("fails at most as often as it says where an estimate sits at its worst: Z/p with chance p, else nothing", () => {
    // For this law Markov's inequality is an equality.
    const [alpha, repetitions] = [0.05, 4000];
    for (const p of [0.05 / 8, 0.3, 0.8]) {
      let failures = 0;
      for (let r = 0; r < repetitions; r++) {
        const u = uniform(fold(fold(key, r), `${p}`), [8], "float64").data;
        const logs = Array.from(u, (v) => (v < p ? -Math.log(p) : Number.NEGATIVE_INFINITY));
        if (markovBound(logs, alpha) > 1e-9) failures++;
      }
      // 5 % and four standard deviations of 4000 repetitions: a false alarm in 30,000.
      expect(failures / repetitions).toBeLessThan(0.064);
    }
  });

  it("fails where the estimates are biased: the control", () => {
    let failures = 0;
    for (let r = 0; r < 400; r++) {
      // Lognormal weights of mean one, each part raised by three quarters of a nat.
      const z = normal(fold(key, r), [3200], "float64").data;
      const logs = partsOf(z.map((v) => v - 0.5)).map((v) => v + 0.75);
      if (markovBound(logs, 0.05) > 0) failures++;
    }
    expect(failures).toBeGreaterThan(380);
  });
});

it("cuts log-weights into parts whose mean is that of all", () => {
  const logs = normal(key, [320], "float64").data;
  const parts = partsOf(logs);
  expect(parts).toHaveLength(32);
  const mean = (v: ArrayLike<number>) => Array.from(v, Math.exp).reduce((a, b) => a + b) / v.length;
  expect(mean(parts)).toBeCloseTo(mean(logs), 12);
  expect(partsOf([1, 2])).toEqual([1, 2]);
});

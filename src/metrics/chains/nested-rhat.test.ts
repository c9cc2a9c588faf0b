import { describe, expect, it } from "vitest";
import { golden } from "../../../test/support/metrics-golden.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { mean, variance } from "../../util/moments.js";
import { copyChains, splitChains } from "./chains.js";
import { nestedRhat } from "./nested-rhat.js";
import { splitRhat } from "./split-rhat.js";

const noise = (seed: number, n: number): Float64Array =>
  Float64Array.from(normal(fold(makeKey(7), seed), [n], "float64").data);

describe("nestedRhat", () => {
  it("has its closed form", () => {
    // Superchains {1, 3; 3, 5} and {5, 7; 7, 9}: means 3 and 7, so B = 8; chain means 2, 4 and 6, 8: variance 2; within 2.
    const chains = { shape: [4, 2] as const, data: [1, 3, 3, 5, 5, 7, 7, 9] };
    expect(nestedRhat(chains, { superchains: 2 })).toBeCloseTo(Math.sqrt(1 + 8 / (2 + 2)), 14);
    // Single draws have no variance within: W is that of the chain means alone.
    const single = { shape: [4, 1] as const, data: [1, 3, 5, 7] };
    expect(nestedRhat(single, { superchains: 2 })).toBeCloseTo(Math.sqrt(1 + 8 / 2), 14);
  });

  it("with one chain a superchain is the classical value without its (n − 1)/n", () => {
    const cases = golden.chains.filter(({ shape, name }) => shape[1] >= 4 && name !== "constant");
    expect(cases.length).toBeGreaterThan(15);
    for (const chains of cases) {
      const split = splitChains(copyChains(chains));
      const [superchains, n] = split.shape;
      const expected = Math.sqrt(splitRhat(chains, { method: "plain" }) ** 2 + 1 / n);
      if (Number.isFinite(expected)) expect(nestedRhat(split, { superchains })).toBeCloseTo(expected, 10);
      else expect(nestedRhat(split, { superchains })).toBe(expected);
    }
  });

  it("of single independent normal draws is √(1 + F/M), F of the F law with K − 1 and K (M − 1) degrees", () => {
    const [superchains, size, repeats] = [4, 16, 400];
    const f = Array.from({ length: repeats }, (_, r) => {
      const chains = { shape: [superchains * size, 1] as const, data: noise(r, superchains * size) };
      return size * (nestedRhat(chains, { superchains }) ** 2 - 1);
    });
    const [a, b] = [superchains - 1, superchains * (size - 1)];
    const spread = (2 * b * b * (a + b - 2)) / (a * (b - 2) ** 2 * (b - 4));
    // The mean within 4.5 standard errors; the variance has standard deviation 0.13 over 300 seeds, skewed to the
    // right: a false alarm below once in 1e4 each.
    expect(Math.abs(mean(f) - b / (b - 2))).toBeLessThan(4.5 * Math.sqrt(spread / repeats));
    expect(variance(f) / spread).toBeGreaterThan(0.5);
    expect(variance(f) / spread).toBeLessThan(1.6);
  });

  /** Normal AR(1) chains of one draw after `t` steps, each superchain begun at a point of its own, far out. */
  const started = (t: number, phi: number, superchains: number, size: number) => {
    const kept = phi ** t;
    const start = (k: number): number => 6 * (k / (superchains - 1) - 0.5);
    const e = noise(1000 + t, superchains * size);
    const data = e.map((v, c) => kept * start(Math.floor(c / size)) + Math.sqrt(1 - kept * kept) * v);
    const spread = variance(Float64Array.from({ length: superchains }, (_, k) => start(k)));
    return { chains: { shape: [superchains * size, 1] as const, data }, kept, spread };
  };

  it("shows how much of the start is left: B/W = 1/M + φ²ᵗ s²/(1 − φ²ᵗ)", () => {
    const [superchains, size] = [8, 400];
    // Standard deviations of the ratio to the formula, over 300 seeds: 0.032, 0.057, 0.152. At 4.5 of them the three
    // together raise a false alarm once in 5e4.
    for (const [t, bound] of [
      [1, 0.144],
      [3, 0.256],
      [6, 0.684],
    ] as const) {
      const { chains, kept, spread } = started(t, 0.7, superchains, size);
      const ratio = nestedRhat(chains, { superchains }) ** 2 - 1;
      const signal = (kept ** 2 * spread) / (1 - kept ** 2);
      expect(Math.abs(ratio / (signal + 1 / size) - 1)).toBeLessThan(bound);
    }
    // Forgotten: F of 7 and 3192 degrees exceeds 5 once in 9e4.
    expect(nestedRhat(started(40, 0.7, superchains, size).chains, { superchains })).toBeLessThan(
      Math.sqrt(1 + 5 / size),
    );
  });

  it("sees superchains that never left their start, and not when chains are grouped across starts", () => {
    const [superchains, size, draws] = [4, 8, 5];
    const e = noise(1, superchains * size * draws);
    const chain = (i: number): number => Math.floor(i / draws);
    const neighbours = e.map((v, i) => 0.1 * v + Math.floor(chain(i) / size));
    const across = e.map((v, i) => 0.1 * v + (chain(i) % superchains));
    const shape = [superchains * size, draws] as const;
    expect(nestedRhat({ shape, data: neighbours }, { superchains })).toBeGreaterThan(5);
    expect(nestedRhat({ shape, data: across }, { superchains })).toBeLessThan(1.001);
    // Every chain is stuck: that R-hat sees in either order.
    expect(splitRhat({ shape, data: across })).toBeGreaterThan(1.2);
  });

  it("is infinite for frozen superchains, and has no answer for a constant or a number that is not finite", () => {
    expect(nestedRhat({ shape: [4, 2], data: [1, 1, 1, 1, 2, 2, 2, 2] }, { superchains: 2 })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(nestedRhat({ shape: [4, 1], data: [3, 3, 3, 3] }, { superchains: 2 })).toBeNaN();
    expect(nestedRhat({ shape: [4, 1], data: [1, 2, Number.NaN, 3] }, { superchains: 2 })).toBeNaN();
  });

  it("refuses chains that do not divide", () => {
    const chains = { shape: [5, 1] as const, data: [1, 2, 3, 4, 5] };
    expect(() => nestedRhat(chains, { superchains: 2 })).toThrow(/5 chains do not divide into 2 superchains/);
    expect(() => nestedRhat(chains, { superchains: 1 })).toThrow(InputError);
    // @ts-expect-error how many there are must be said
    expect(() => nestedRhat(chains)).toThrow(/superchains/);
  });
});

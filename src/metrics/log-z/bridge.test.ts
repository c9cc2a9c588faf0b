import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import type { Chains } from "../chains/chains.js";
import { bridge } from "./bridge.js";
import { importance } from "./importance.js";

const key = makeKey(51);
const CHAINS = 4;
const logZ = Math.log(Math.sqrt(2 * Math.PI) * 0.8);

/** `log p̃ − log q` of `p̃ = exp(−(x − ½)²/(2 · 0.8²))` and `q = N(0, sd²)`. */
const ratio = (x: number, sd: number): number =>
  -0.5 * ((x - 0.5) / 0.8) ** 2 + 0.5 * (x / sd) ** 2 + Math.log(sd * Math.sqrt(2 * Math.PI));

/** Stationary autoregressions `xₜ₊₁ = m + φ(xₜ − m) + √(1 − φ²) s ξ` of `p = N(½, 0.8²)`. */
function autoregression(seed: Key, draws: number, phi: number): Chains {
  const z = normal(seed, [CHAINS, draws], "float64").data;
  const data = new Float64Array(z.length);
  for (let c = 0; c < CHAINS; c++) {
    let at = z[c * draws]!;
    for (let i = 0; i < draws; i++) {
      if (i > 0) at = phi * at + Math.sqrt(1 - phi * phi) * z[c * draws + i]!;
      data[c * draws + i] = 0.5 + 0.8 * at;
    }
  }
  return { shape: [CHAINS, draws], data };
}

function ratios(seed: Key, n: number, { phi = 0, sd = 1 } = {}): { proposal: Float64Array; target: Chains } {
  const { shape, data } = autoregression(fold(seed, "p"), n / CHAINS, phi);
  return {
    proposal: normal(fold(seed, "q"), [n], "float64").data.map((z) => ratio(sd * z, sd)),
    target: { shape, data: Float64Array.from(data, (x) => ratio(x, sd)) },
  };
}

/** The same draws in one chain, in an order that hides their autocorrelation. */
const shuffled = ({ data }: Chains): Chains => {
  const order = Array.from(data, (_, i) => i).sort((a, b) => ((a * 7919) % data.length) - ((b * 7919) % data.length));
  return { shape: [1, data.length], data: Float64Array.from(order, (i) => data[i]!) };
};

describe("bridge", () => {
  it("is exact and certain where the proposal is the model", () => {
    const found = bridge({
      proposal: new Float64Array(300).fill(-3),
      target: { shape: [4, 50], data: Array(200).fill(-3) },
    });
    expect(found.logZ.value).toBeCloseTo(-3, 12);
    expect(found.logZ.standardError).toBeCloseTo(0, 12);
    expect(found.overlap).toBeCloseTo(1, 12);
    expect(found.effectiveSampleSize).toBeCloseTo(200, 9);
    expect(found.note).toBeNull();
  });

  it("is where the iteration of Meng and Wong ends", () => {
    // Few draws, so that the sizes are known: chains of three draws count once each.
    const target = { shape: [5, 3] as const, data: [1, 2, 0.5, 1.5, 1, 3, 0.2, 0.4, 2, 1.1, 0.9, 1.3, 0.1, 1.7, 2.2] };
    const proposal = [-1, 0.3, 2, 1, -4, Number.NEGATIVE_INFINITY, 0.5];
    const [s1, s2] = [5 / 12, 7 / 12];
    let r = 1;
    for (let round = 0; round < 2000; round++) {
      const top = proposal.reduce((s, l) => s + Math.exp(l) / (s1 * Math.exp(l) + s2 * r), 0) / 7;
      r = top / (target.data.reduce((s, l) => s + 1 / (s1 * Math.exp(l) + s2 * r), 0) / 15);
    }
    expect(bridge({ proposal, target }).logZ.value).toBeCloseTo(Math.log(r), 10);
  });

  it("shifts with a constant, however large", () => {
    const { proposal, target } = ratios(fold(key, "shift"), 400, { phi: 0.5 });
    const near = bridge({ proposal, target });
    const move = (x: ArrayLike<number>): Float64Array => Float64Array.from(x, (v) => v + 5000);
    const far = bridge({ proposal: move(proposal), target: { shape: target.shape, data: move(target.data) } });
    expect(far.logZ.value - 5000).toBeCloseTo(near.logZ.value, 8);
    expect(far.logZ.standardError).toBeCloseTo(near.logZ.standardError!, 8);
  });

  /** Share of intervals that hold the truth, over independent repetitions. */
  const coverage = (repetitions: number, make: (seed: Key) => Parameters<typeof bridge>[0]): number => {
    let hits = 0;
    for (let r = 0; r < repetitions; r++) {
      const [low, high] = bridge(make(fold(key, r))).logZ.interval!;
      if (low <= logZ && logZ <= high) hits++;
    }
    return hits / repetitions;
  };

  // 95 % of 400: standard deviation 1.1 %, so 3 % is 2.75 of them: false alarm 0.6 % a bound.
  it.each([0, 0.8])("covers the truth, with chains of autocorrelation %d", (phi) => {
    const share = coverage(400, (seed) => ratios(seed, 800, { phi }));
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });

  it("does not where the autocorrelation of the chains is hidden from it", () => {
    const share = coverage(200, (seed) => {
      const { proposal, target } = ratios(seed, 800, { phi: 0.95 });
      return { proposal, target: shuffled(target) };
    });
    expect(share).toBeLessThan(0.85);
  });

  it("covers where importance does not, whose weights have no variance: a proposal narrower than the model", () => {
    const share = coverage(300, (seed) => ratios(seed, 800, { sd: 0.35 }));
    // 95 % of 300: standard deviation 1.3 %, so 3.5 % is 2.75 of them: false alarm 0.6 % a bound.
    expect(share).toBeGreaterThan(0.915);
    expect(share).toBeLessThan(0.985);
    let hits = 0;
    for (let r = 0; r < 300; r++) {
      const [low, high] = importance(ratios(fold(key, r), 800, { sd: 0.35 }).proposal).logZ.interval!;
      if (low <= logZ && logZ <= high) hits++;
    }
    expect(hits / 300).toBeLessThan(0.75);
  });

  it("says so when the two hardly overlap", () => {
    // q = N(5, 1), more than five of the model's standard deviations away.
    const apart = (x: number): number => ratio(x, 1) + 0.5 * (x - 5) ** 2 - 0.5 * x * x;
    const { shape, data } = autoregression(key, 100, 0);
    const { note, overlap } = bridge({
      proposal: normal(fold(key, "far"), [400], "float64").data.map((z) => apart(5 + z)),
      target: { shape, data: Float64Array.from(data, apart) },
    });
    expect(note).toMatch(/^only about \d+ draws carry it/);
    expect(overlap).toBeLessThan(0.05);
  });

  it("gives -Infinity without an error where no proposal has density, and refuses what is no log-ratio", () => {
    const { proposal, target } = ratios(key, 40);
    const none = bridge({ proposal: new Float64Array(9).fill(Number.NEGATIVE_INFINITY), target });
    expect(none.logZ).toEqual({ value: Number.NEGATIVE_INFINITY, standardError: null, interval: null });
    expect(none.note).toMatch(/misses it/);
    const spoilt = (v: number): Chains => ({ shape: target.shape, data: Float64Array.from(target.data).fill(v, 3, 4) });
    expect(() => bridge({ proposal, target: spoilt(Number.NaN) })).toThrow(NumericError);
    expect(() => bridge({ proposal, target: spoilt(Number.NEGATIVE_INFINITY) })).toThrow(/cannot be a draw of it/);
    expect(() => bridge({ proposal: [0, Number.POSITIVE_INFINITY], target })).toThrow(NumericError);
    expect(() => bridge({ proposal: [], target })).toThrow(/no log-ratio of the noise/);
  });
});

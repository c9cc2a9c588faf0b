import { describe, expect, it } from "vitest";
import { uniform } from "../../random/draw.js";
import { fold, type Key, makeKey, split } from "../../random/key.js";
import { InputError, ShapeError } from "../../util/errors.js";
import type { Estimate } from "../metric.js";
import { chainModeWeights, importanceModeWeights, sampleModeWeights } from "./mode-weights.js";

const WEIGHTS = [0.2, 0.5, 0.3];
const pick = (u: number, weights: readonly number[]): number => {
  let label = 0;
  for (let total = weights[0]!; u >= total && label < weights.length - 1; total += weights[label]!) label++;
  return label;
};
const holds = ({ interval }: Estimate, truth: number): boolean =>
  interval !== null && interval[0] <= truth && truth <= interval[1];

/** Label chains that stay with probability `stay` and else draw afresh: the autocorrelation at lag t is `stayᵗ`. */
function labelChains(key: Key, chains: number, draws: number, stay: number) {
  const [a, b] = split(key, 2) as [Key, Key];
  const fresh = uniform(a, [chains, draws], "float64").data;
  const again = uniform(b, [chains, draws], "float64").data;
  const data = new Int8Array(chains * draws);
  for (let i = 0; i < data.length; i++)
    data[i] = i % draws > 0 && again[i]! < stay ? data[i - 1]! : pick(fresh[i]!, WEIGHTS);
  return { shape: [chains, draws] as const, data };
}

/** How often, in 400 repetitions, the interval of the first mode holds 0.2. */
function coverage(name: string, estimate: (key: Key) => Estimate): number {
  const repetitions = 400;
  let hits = 0;
  for (let r = 0; r < repetitions; r++) if (holds(estimate(fold(fold(makeKey(77), name), r)), WEIGHTS[0]!)) hits++;
  return hits / repetitions;
}

// 95 % of 400: standard deviation 1.1 %, so 92 % to 98 % is ±2.75 of them: false alarm 0.6 % for an exact interval.
const expectCover = (share: number): void => {
  expect(share).toBeGreaterThanOrEqual(0.92);
  expect(share).toBeLessThanOrEqual(0.98);
};

describe("coverage of 95 % intervals", () => {
  it("independent labels", () => {
    expectCover(
      coverage("iid", (key) => {
        const labels = uniform(key, [300], "float64").data.map((u) => pick(u, WEIGHTS));
        return sampleModeWeights(labels, { modes: 3 }).weights[0]!;
      }),
    );
  });

  it("label chains with memory", () => {
    expectCover(coverage("chain", (key) => chainModeWeights(labelChains(key, 4, 500, 0.8), { modes: 3 }).weights[0]!));
  });

  it("chains of one draw", () => {
    expectCover(coverage("short", (key) => chainModeWeights(labelChains(key, 256, 1, 0), { modes: 3 }).weights[0]!));
  });

  it("weighted draws of a good proposal", () => {
    const proposal = [1 / 3, 1 / 3, 1 / 3];
    expectCover(
      coverage("snis", (key) => {
        const labels = uniform(key, [500], "float64").data.map((u) => pick(u, proposal));
        const logWeights = labels.map((k) => Math.log(WEIGHTS[k]! / proposal[k]!) + 12);
        return importanceModeWeights({ labels, logWeights }, { modes: 3 }).weights[0]!;
      }),
    );
  });

  it("fails for chains taken as independent: the control", () => {
    const share = coverage("control", (key) => {
      const { data } = labelChains(key, 4, 500, 0.8);
      return sampleModeWeights(data, { modes: 3 }).weights[0]!;
    });
    expect(share).toBeLessThan(0.7);
  });

  it("many short chains that remember longer than they last", () => {
    expectCover(
      coverage("sticky", (key) => chainModeWeights(labelChains(key, 128, 12, 0.9), { modes: 3 }).weights[0]!),
    );
    expectCover(coverage("brief", (key) => chainModeWeights(labelChains(key, 128, 5, 0.6), { modes: 3 }).weights[0]!));
  });

  // Where the number of draws they are worth is itself poorly known: 10 to 20, of which 2 to 4 in the mode.
  it("a few short chains, and one chain, that remember long", () => {
    for (const [chains, draws, stay] of [
      [4, 100, 0.95],
      [4, 50, 0.9],
      [1, 400, 0.9],
    ] as const)
      expectCover(
        coverage(`${chains} of ${draws}`, (key) => {
          return chainModeWeights(labelChains(key, chains, draws, stay), { modes: 3 }).weights[0]!;
        }),
      );
  });

  it("is no wider than it must be for a few long chains", () => {
    const widths = Array.from({ length: 100 }, (_, r) => {
      const labels = labelChains(fold(makeKey(78), r), 4, 1000, 0.5);
      const [low, high] = chainModeWeights(labels, { modes: 3 }).weights[0]!.interval!;
      return high - low;
    });
    // τ = (1 + 0.5)/(1 − 0.5) = 3.
    const least = 2 * 1.96 * Math.sqrt((0.2 * 0.8 * 3) / 4000);
    expect(widths.reduce((s, w) => s + w, 0) / 100 / least).toBeGreaterThan(0.95);
    expect(widths.reduce((s, w) => s + w, 0) / 100 / least).toBeLessThan(1.05);
  });

  it("is more than 95 % for a few short chains, never less", () => {
    const share = coverage("few", (key) => chainModeWeights(labelChains(key, 16, 5, 0.6), { modes: 3 }).weights[0]!);
    expect(share).toBeGreaterThan(0.95);
  });
});

describe("chainModeWeights", () => {
  it("counts what lies outside in the total", () => {
    const data = Array.from({ length: 40 }, (_, i) => [0, 1, -1, 1][(i * 7) % 4]!);
    const { weights, outside } = chainModeWeights({ shape: [2, 20], data }, { modes: 3 });
    expect(weights.map((w) => w.value)).toEqual([0.25, 0.5, 0]);
    expect(outside.value).toBe(0.25);
  });

  it("counts a trapped chain once, however long it is", () => {
    const data = Int8Array.from({ length: 2 * 5000 }, (_, i) => (i < 5000 ? 0 : 1));
    const trapped = chainModeWeights({ shape: [2, 5000], data }, { modes: 2 }).weights[0]!;
    expect(trapped.value).toBe(0.5);
    expect(trapped.interval![0]).toBeLessThan(0.16);
    const one = chainModeWeights({ shape: [1, 5000], data: new Int8Array(5000) }, { modes: 2 });
    // One draw's worth: Wilson's interval of 1 in 1.
    expect(one.weights[0]!.interval![0]).toBeCloseTo(1 / (1 + 3.841459), 5);
    expect(one.weights[1]!.interval![1]).toBeCloseTo(3.841459 / (1 + 3.841459), 5);
  });

  it("takes chains of fewer than 10 draws as one draw each", () => {
    const data = Int8Array.from({ length: 100 * 3 }, (_, i) => (Math.floor(i / 3) < 25 ? 1 : 0));
    const { standardError } = chainModeWeights({ shape: [100, 3], data }, { modes: 2 }).weights[1]!;
    expect(standardError).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 100), 14);
  });
});

describe("importanceModeWeights", () => {
  const labels = [0, 0, 1, -1];
  const logWeights = [1, 2, 4, 1].map(Math.log);

  it("is the share of the weight", () => {
    const { weights, outside, effectiveSampleSize } = importanceModeWeights({ labels, logWeights }, { modes: 2 });
    expect(weights[0]!.value).toBeCloseTo(3 / 8, 14);
    // √((1/8)² (5/8)² + (2/8)² (5/8)² + ((4/8)² + (1/8)²)(3/8)²)
    expect(weights[0]!.standardError).toBeCloseTo(Math.sqrt((5 * 25 + 17 * 9) / 4096), 14);
    expect(weights[1]!.value).toBeCloseTo(1 / 2, 14);
    expect(outside.value).toBeCloseTo(1 / 8, 14);
    expect(effectiveSampleSize).toBeCloseTo(64 / 22, 12);
  });

  it("keeps a width at a mode that no draw reached", () => {
    const n = 400;
    const { weights, note } = importanceModeWeights(
      { labels: new Int8Array(n), logWeights: new Float64Array(n) },
      { modes: 2 },
    );
    expect(weights[1]!.interval![0]).toBe(0);
    expect(weights[1]!.interval![1]).toBeCloseTo(3.841459 / (n + 3.841459), 8);
    expect(note).toBeNull();
  });

  it("keeps a width at a mode that holds every draw, though the weights do not sum to 1 to the last bit", () => {
    const n = 300;
    const logWeights = Float64Array.from({ length: n }, (_, i) => Math.sin(i) / 10);
    const { weights, effectiveSampleSize } = importanceModeWeights(
      { labels: new Int8Array(n), logWeights },
      { modes: 1 },
    );
    expect(weights[0]!.value).toBe(1);
    expect(weights[0]!.interval![0]).toBeCloseTo(effectiveSampleSize / (effectiveSampleSize + 3.841459), 8);
  });

  it("has no weights when no draw has any", () => {
    const none = importanceModeWeights({ labels: [0], logWeights: [Number.NEGATIVE_INFINITY] }, { modes: 1 });
    expect(none.weights[0]).toEqual({ value: Number.NaN, standardError: null, interval: null });
    expect(none.note).toMatch(/no draw has weight/);
    expect(() => importanceModeWeights({ labels, logWeights: [0] }, { modes: 2 })).toThrow(ShapeError);
  });
});

describe("labels", () => {
  it("refuses a label that is none", () => {
    for (const bad of [2, -2, 0.5, Number.NaN]) {
      expect(() => sampleModeWeights([0, bad], { modes: 2 })).toThrow(InputError);
      expect(() => sampleModeWeights([0, bad], { modes: 2 })).toThrow(/label 1 .* expected -1 \(no mode\) to 1/);
    }
    expect(() => sampleModeWeights([], { modes: 2 })).toThrow(/no labels/);
    // @ts-expect-error the number of modes has no default
    expect(() => sampleModeWeights([0])).toThrow(InputError);
  });
});

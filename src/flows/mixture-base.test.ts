import { describe, expect, it } from "vitest";
import { chiSquareScore, kolmogorov, normalCdf } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { packVectors } from "../nn/layout.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { evaluate } from "../runtime/program.js";
import { mapValues } from "../util/records.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { mixtureBase } from "./mixture-base.js";

const key = makeKey(17);
const D = 2;
const logits = [0.3, -1, 1.2, -3];
const means = [-20, 0, 0, 5, 20, 1, 40, -3];
const logScales = [0, 0.5, -0.5, 0, 1, -1, 0.2, 0.1];
const base = mixtureBase(D, 4);
const params = constant(tensor(packVectors([logits, means, logScales])));
const weights = logits.map((v) => Math.exp(v) / logits.reduce((s, w) => s + Math.exp(w), 0));

async function draws(n: number): Promise<number[][]> {
  const noise = mapValues(drawNoise(key, base.noise(n)), constant);
  const all = numbers((await evaluate({ z: base.sample(noise, params) })).z);
  return Array.from({ length: n }, (_, i) => all.slice(D * i, D * (i + 1)));
}

/** The component a draw came from: they lie 20 apart. */
const componentOf = (z: readonly number[]): number => Math.round(z[0]! / 20) + 1;

describe("mixtureBase", () => {
  it("draws components with the probabilities softmax(logits), each with its own mean and scales", async () => {
    const all = await draws(20000);
    const counts = [0, 1, 2, 3].map((k) => all.filter((z) => componentOf(z) === k).length);
    // Chance of a false alarm: 3e-6, and 8 times 7e-6 below.
    expect(chiSquareScore(counts, weights)).toBeLessThan(4.5);
    expect(chiSquareScore(counts, [0.25, 0.25, 0.25, 0.25])).toBeGreaterThan(4.5);
    for (let k = 0; k < 4; k++)
      for (let j = 0; j < D; j++) {
        const own = all.filter((z) => componentOf(z) === k);
        const scaled = own.map((z) => (z[j]! - means[k * D + j]!) / Math.exp(logScales[k * D + j]!));
        expect(kolmogorov(scaled, normalCdf)).toBeLessThan(2.5);
      }
  });

  it("scores points with the density of the whole mixture", async () => {
    const z = [
      [-20, 0],
      [10, 2.5],
      [0.3, 4.1],
      [1000, 1000],
    ];
    const at = constant(tensor(Float32Array.from(z.flat()), [z.length, D]));
    const { logProb } = await evaluate({ logProb: base.logProb(at, params) });
    expect(logProb.shape).toEqual([z.length]);
    for (const [i, point] of z.entries()) {
      const terms = weights.map((w, k) => {
        const parts = point.map((v, j) => {
          const s = logScales[k * D + j]!;
          return -0.5 * ((v - means[k * D + j]!) / Math.exp(s)) ** 2 - s - 0.5 * Math.log(2 * Math.PI);
        });
        return Math.log(w) + parts.reduce((a, b) => a + b, 0);
      });
      const top = Math.max(...terms);
      const expected = top + Math.log(terms.reduce((s, t) => s + Math.exp(t - top), 0));
      expect(Math.abs(numbers(logProb)[i]! / expected - 1)).toBeLessThan(1e-5);
    }
  });

  it("starts with equal weights and, without data, unit scales", () => {
    const start = base.init(key);
    expect([...start.slice(0, 4)]).toEqual([0, 0, 0, 0]);
    expect([...start.slice(4 + 8)]).toEqual(new Array(8).fill(0));
    expect(new Set(start.slice(4, 12)).size).toBe(8);
  });

  it("seeds its means at data, one in each far cluster, with their spread as scale", () => {
    const centres = [0, 100, 200, 300];
    const offsets = normal(fold(key, "data"), [400, D], "float64").data;
    const data: FloatTensor = tensor(
      offsets.map((v, i) => centres[Math.floor(i / D) % 4]! + v),
      [400, D],
    );
    for (let seed = 0; seed < 20; seed++) {
      const start = base.init(makeKey(seed), data);
      const seeded = Array.from({ length: 4 }, (_, k) => [start[4 + D * k]!, start[5 + D * k]!]);
      expect(new Set(seeded.map(([a]) => Math.round(a! / 100))).size).toBe(4);
      for (const mean of seeded)
        expect(Array.from({ length: 400 }, (_, i) => Math.fround(data.data[D * i]!))).toContain(mean[0]);
      // From a seed to a draw of the same cluster: two deviations, so √2 on average.
      for (const s of start.slice(12)) expect(Math.exp(s)).toBeGreaterThan(0.9);
      for (const s of start.slice(12)) expect(Math.exp(s)).toBeLessThan(2.5);
    }
  });

  it("survives data that are all one point: scales stop at a floor", () => {
    const start = base.init(key, tensor(new Float64Array(20).fill(3), [10, D]));
    expect([...start.slice(4, 12)]).toEqual(new Array(8).fill(3));
    for (const s of start.slice(12)) expect(Math.exp(s)).toBeCloseTo(0.05, 6);
  });
});

describe("a start at the clusters of data", () => {
  const n = 900;
  const centres = [
    [-6, 0],
    [0, 4],
    [6, -4],
  ];
  const sizes = [600, 200, 100];
  const middle = [0, 1].map((j) => sizes.reduce((sum, size, c) => sum + (size / n) * centres[c]![j]!, 0));
  const of = Array.from({ length: n }, (_, i) => (i < 600 ? 0 : i < 800 ? 1 : 2));
  const z = normal(fold(key, "clusters"), [n, D], "float64").data;
  const rows = tensor(
    Float32Array.from(z, (v, at) => centres[of[Math.floor(at / D)]!]![at % D]! + (at % D === 0 ? 0.5 : 1) * v),
    [n, D],
  );
  const started = (start: "seeds" | "clusters"): Float32Array => mixtureBase(D, 3, start).init(key, rows);

  it("has their shares, means and deviations", () => {
    const found = started("clusters");
    const order = [0, 1, 2].sort((a, b) => found[b]! - found[a]!);
    for (const [cluster, k] of order.entries()) {
      // A cluster of m points has its mean to 4/√m and its deviations to 3/√m: false alarms once in 10⁴ each.
      const m = sizes[cluster]!;
      expect(Math.abs(Math.exp(found[k]!) - m / n)).toBeLessThan(0.01);
      for (let j = 0; j < D; j++) {
        const [mean, scale] = [found[3 + k * D + j]!, Math.exp(found[3 + 3 * D + k * D + j]!)];
        expect(Math.abs(mean - centres[cluster]![j]!)).toBeLessThan(4 / Math.sqrt(m));
        // With two points more that have the deviation of all.
        const own = (j === 0 ? 0.5 : 1) ** 2;
        const all = own + sizes.reduce((sum, size, c) => sum + (size / n) * (centres[c]![j]! - middle[j]!) ** 2, 0);
        expect(Math.abs(scale / Math.sqrt((m * own + 2 * all) / (m + 2)) - 1)).toBeLessThan(3 / Math.sqrt(m));
      }
    }
    // Seeds are single points, all of one weight.
    expect(started("seeds").slice(0, 3)).toEqual(new Float32Array(3));
  });

  it("explains them better than seeds", async () => {
    const mean = async (start: "seeds" | "clusters"): Promise<number> => {
      const own = mixtureBase(D, 3, start);
      const { l } = await evaluate({ l: own.logProb(constant(rows), constant(tensor(started(start)))) });
      return numbers(l).reduce((s, v) => s + v, 0) / n;
    };
    expect(await mean("clusters")).toBeGreaterThan((await mean("seeds")) + 0.3);
  });
});

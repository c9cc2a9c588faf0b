import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { buildIteration, buildModel } from "../config/prepare.js";
import { normal, uniform } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { newDocument } from "../report/document.node.js";
import { renderPage } from "../report/page.js";
import { tensor } from "../util/tensor.js";
import { cifar10 } from "./cifar10.js";
import { digits } from "./digits.js";
import { fashion } from "./fashion.js";
import { imageStudy } from "./images/images.js";
import { type Judge, trainJudge } from "./images/judge.js";
import { bitsBelow, bitsOf, weightsByChains } from "./images/measure.js";
import { principalGaussian } from "./images/principal-gaussian.js";
import type { ImageSetting, ImageStudy } from "./images/study.js";
import { claimsOf, type FinishedImages, truthOf } from "./images/summary.js";
import type { WeightsResult } from "./images/unit.js";

const key = makeKey(97);
const SIDE = 4;
const D = SIDE * SIDE;

/** Images of 4×4 pixels and 16 levels: `a` bright on the left, `b` above, with noise. */
function stripes(part: string, n: number) {
  const noise = normal(fold(key, part), [n, D], "float64").data;
  const labels = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? "a" : "b"));
  const levels = Uint8Array.from(noise, (z, at) => {
    const [i, pixel] = [Math.floor(at / D), at % D];
    const place = labels[i] === "a" ? pixel % SIDE : Math.floor(pixel / SIDE);
    return Math.min(15, Math.max(0, Math.round((place < 2 ? 11 : 4) + 1.5 * z)));
  });
  return { shape: [1, SIDE, SIDE] as const, levels, labels };
}

const quick: ImageSetting = {
  model: {
    ...{ pretrain: 60, steps: 10, batch: 32, evaluateEvery: 10, draws: 400 },
    flow: { name: "glow", levels: 1, couplings: 2, channels: 8, blocks: 0 },
    energy: { name: "tilted", base: "flow", network: { name: "residual", widths: [8] } },
    objective: { name: "self-normalised-likelihood", noise: "frozen-flow", negatives: 32 },
    optimizer: { energy: { name: "adamw", learningRate: 1e-3, weightDecay: 1 } },
  },
  ...{ train: 300, test: 60, chains: 4, draws: 10, proposed: 400, judge: 60 },
};

const study: ImageStudy = {
  ...{ name: "stripes", title: "Stripes", about: "Stripes of two kinds.", cite: "none (2026)" },
  load: async (part) => stripes(part, part === "train" ? 600 : 200),
  ...{ levels: 16, shares: { a: 2, b: 1 }, called: { a: "left", b: "above" } },
  anomaly: { normal: "a", other: "b" },
  ...{ settings: { quick, full: quick }, tolerance: 0.2 },
};

describe("a study of images", () => {
  it("is run unit by unit, and comes to a page with its pictures", async () => {
    const experiment = imageStudy(study);
    const budget = { budget: "quick", seeds: 1, seed: 3 } as const;
    const units = experiment.plan(budget);
    expect(units.map(({ kind }) => kind)).toEqual(["weights", "anomaly"]);
    const finished = [];
    for (const unit of units) {
      const ticks: number[] = [];
      const result = await experiment.run(unit, (done) => ticks.push(done), undefined as never);
      expect(ticks.every((t, i) => t <= 1 && t >= (ticks[i - 1] ?? 0))).toBe(true);
      finished.push({ unit, result });
    }
    const outcome = experiment.conclude(JSON.parse(JSON.stringify(finished)), budget);
    const [weights, anomaly] = [outcome.numbers.weights[0]!, outcome.numbers.anomalies[0]!];
    expect(weights.images).toEqual({ train: 300, test: 60 });
    // Kinds so far apart are told in any case, and a model of them is better than nothing: 4 bits a pixel.
    expect(weights.accuracy.value).toBe(1);
    expect(weights.bits.model.value).toBeLessThan(4);
    expect(weights.weights.chains.draws).toBe(40);
    for (const by of ["chains", "flow", "weighted"] as const) {
      const shares = Object.values(weights.weights[by].shares).map(({ value }) => value);
      expect(Math.abs(shares.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-9);
    }
    expect(anomaly.areas.gaussian.value).toBeGreaterThan(0.9);
    const html = renderPage(experiment.report(outcome, budget), newDocument());
    expect(html.match(/data:image\/png;base64,/g)!.length).toBe(3 + 4 + 2);
    expect(html).toContain("img-src data:");
  });
});

describe("claims", () => {
  const exact = (value: number) => ({ value, standardError: 0.001, interval: [value - 0.002, value + 0.002] as const });
  const weights = (a: number) => ({ shares: { a: exact(a), b: exact(1 - a) }, draws: 100, worth: 100 });
  const result = {
    kind: "weights",
    bits: { model: exact(2), flow: exact(2.1), gaussian: exact(3), gained: exact(0.1) },
    ...{ accuracy: exact(0.99), jumps: exact(0.3) },
    weights: { chains: weights(2 / 3), flow: weights(0.5), weighted: weights(0.6), note: null },
  } as unknown as WeightsResult;
  const failed = (changed: Partial<WeightsResult>): string[] =>
    claimsOf(study, [
      { unit: { kind: "weights", budget: "quick", seed: 0, data: [] }, result: { ...result, ...changed } },
    ] as FinishedImages[])
      .filter(({ passed }) => !passed)
      .map(({ name }) => name);

  it("hold where all is as it should be, and fail one by one", () => {
    expect(truthOf(study)).toEqual({ a: 2 / 3, b: 1 / 3 });
    expect(failed({})).toEqual([]);
    const off = { ...result.weights, chains: weights(2 / 3 + 0.21) };
    expect(failed({ weights: off })).toEqual(["weight of left in the model", "weight of above in the model"]);
    // Draws of the flow, weighted, are taken where they are worth more and trusted.
    const more = { ...weights(2 / 3 - 0.21), worth: 200 };
    expect(failed({ weights: { ...result.weights, weighted: more } })).toHaveLength(2);
    expect(failed({ weights: { ...result.weights, weighted: more, note: "heavy tails" } })).toEqual([]);
    expect(failed({ weights: { ...result.weights, weighted: { ...more, worth: 50 } } })).toEqual([]);
    expect(failed({ accuracy: exact(0.9) })).toHaveLength(1);
    expect(failed({ jumps: exact(0.04) })).toHaveLength(1);
    expect(failed({ bits: { ...result.bits, gained: exact(0.001) } })).toHaveLength(1);
    expect(failed({ bits: { ...result.bits, model: exact(3.1) } })).toHaveLength(1);
  });
});

it("holds of a trial that it ran, and nothing else", () => {
  const trial = { ...quick, trial: true } as const;
  const of = (value: number): boolean[] =>
    claimsOf({ ...study, settings: { quick: trial, full: quick } }, [
      {
        unit: { kind: "anomaly", budget: "quick", seed: 0, data: [] },
        result: { kind: "anomaly", areas: { model: { value }, flow: { value: 1 } } },
      },
    ] as unknown as FinishedImages[]).map(({ passed }) => passed);
  expect(of(0.3)).toEqual([true]);
  expect(of(Number.NaN)).toEqual([false]);
});

describe("measures", () => {
  it("tell bits per dimension, and how many fewer, paired", () => {
    const [a, b] = [Float64Array.of(-6, -10), Float64Array.of(-8, -12)].map((v) => v.map((x) => x * Math.LN2));
    expect(bitsOf(a!, 2).value).toBeCloseTo(4, 12);
    expect(bitsBelow(a!, b!, 2)).toMatchObject({ value: expect.closeTo(1, 12), standardError: expect.closeTo(0, 12) });
  });

  it("know that draws of one chain are worth less than as many independent ones", async () => {
    const judge: Judge = { classesOf: async ({ data }) => Array.from(data, (v) => (v < 0.5 ? "a" : "b")) };
    const n = 400;
    const independent = uniform(fold(key, "draws"), [4 * n], "float64").data;
    const sticky = independent.map((_, i, all) => all[10 * Math.floor(i / 10)]!);
    const of = (data: Float64Array) => weightsByChains(judge, tensor(data, [4 * n, 1]), [4, n], ["a", "b"]);
    const [free, bound] = [await of(independent), await of(sticky)];
    expect(free.worth).toBeGreaterThan(0.6 * 4 * n);
    expect(bound.worth).toBeLessThan(0.2 * 4 * n);
    expect(free.shares.a!.value + free.shares.b!.value).toBeCloseTo(1, 12);
  });

  it("judge images that were not learned from, and a judge of shuffled labels does not", async () => {
    const { levels, labels } = stripes("judged", 200);
    const rows = tensor(Float64Array.from(levels), [200, D]);
    const test = stripes("test", 100);
    const share = async (names: readonly string[]): Promise<number> => {
      const judge = await trainJudge(
        { rows, labels: names },
        { image: [1, SIDE, SIDE], levels: 16, steps: 80, seed: 1 },
      );
      const found = await judge.classesOf(tensor(Float64Array.from(test.levels), [100, D]));
      return found.filter((name, i) => name === test.labels[i]).length / 100;
    };
    expect(await share(labels)).toBeGreaterThan(0.97);
    // Labels of pairs: half of them are wrong.
    expect(await share(labels.map((_, i) => (i % 4 < 2 ? "a" : "b")))).toBeLessThan(0.9);
  });

  it("fit a Gaussian to principal components that tells what lies off them", () => {
    const { levels, labels } = stripes("gaussian", 400);
    const of = (name: string) => {
      const kept = [...labels.keys()].filter((i) => labels[i] === name);
      return tensor(Float64Array.from(kept.flatMap((i) => [...levels.subarray(i * D, (i + 1) * D)])), [kept.length, D]);
    };
    const density = principalGaussian(of("a"), 8);
    const mean = (x: Float64Array): number => x.reduce((s, v) => s + v, 0) / x.length;
    expect(mean(density(of("a")))).toBeGreaterThan(mean(density(of("b"))) + 10);
  });
});

describe.each([
  ["digits", [1, 8, 8], digits],
  ["fashion", [1, 28, 28], fashion],
  ["cifar10", [3, 32, 32], cifar10],
] as const)("%s", (_, image, { settings, plan }) => {
  it.each(["quick", "full"] as const)("has settings that make a model of its images: %s", (budget) => {
    const [unit] = plan({ budget, seeds: 1, seed: 0, data: [] });
    const { model } = settings!(unit!) as ImageSetting;
    const config = resolveConfig({ ...model, data: { file: "rows", image: [...image] } });
    const built = buildModel(config, [image[0] * image[1] * image[2]]);
    expect(built.energy.tilting).toBeDefined();
    expect(built.flow!.event).toEqual(built.energy.event);
    buildIteration(config, built);
  });
});

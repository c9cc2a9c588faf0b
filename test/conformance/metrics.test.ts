/** Every metric of the registry: its facts, a closed form, zero at equality, what it does with NaN, and purity. */

import { describe, expect, it } from "vitest";
import { grid2d } from "../../src/metrics/grid.js";
import * as members from "../../src/metrics/members.js";
import { InputError, NumericError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { tensor } from "../../src/util/tensor.js";

const near = (value: number, digits = 12) => expect.closeTo(value, digits);
const none = { value: Number.NaN, standardError: null, interval: null };

/** A question with a known answer; `broken` is the same input with one NaN in it. */
interface Case {
  run(input: never): unknown;
  readonly input: unknown;
  readonly answer: unknown;
  readonly broken: unknown;
  /** What NaN gives: an answer, or the error that is thrown. */
  readonly onNaN: typeof NumericError | typeof InputError | { readonly answer: unknown };
}

/** Checks that the input fits the metric, then forgets its type. */
const known = <Input>(
  run: (input: Input) => unknown,
  given: { input: Input; answer: unknown; broken: Input; onNaN: Case["onNaN"] },
): Case => ({ run: run as Case["run"], ...given });

const spoil = (x: ArrayLike<number>): Float64Array => Float64Array.from(x, (v, i) => (i === 1 ? Number.NaN : v));

// Two chains of 1, 2, 3, 4 and of 2, 3, 4, 5.
const chains = { shape: [2, 4] as const, data: [1, 2, 3, 4, 2, 3, 4, 5] };
const brokenChains = { ...chains, data: spoil(chains.data) };
const labels = { shape: [2, 4] as const, data: [0, 0, 1, 1, 0, 1, -1, 1] };
const brokenLabels = { ...labels, data: spoil(labels.data) };
const grid = grid2d(
  [
    [0, 2],
    [0, 2],
  ],
  2,
);
const fine = grid2d(grid.box, 20);
const logP = [1, 2, 3, 2].map(Math.log);
const logQ = [2, 2, 2, 2].map(Math.log);
const rows = tensor(Float64Array.of(-1, 1), [2, 1]);

const cases: Record<keyof typeof members, Case> = {
  acceptance: known(members.acceptance, {
    input: chains,
    answer: { value: 3, standardError: near(0.5), interval: [near(3 - 0.5 * 12.7062047364, 9), expect.any(Number)] },
    broken: brokenChains,
    onNaN: { answer: none },
  }),
  autocorrelation: known(members.autocorrelation, {
    // About the mean of all draws, which is 0: lags 0, 1, 2, 3 of +1, −1, +1, −1 are 4, −3, 2, −1 quarters.
    input: { shape: [2, 4], data: [1, -1, 1, -1, -1, 1, -1, 1] },
    answer: { values: Float64Array.of(1, -0.75, 0.5, -0.25), time: near(-0.5), window: 1 },
    broken: brokenChains,
    onNaN: { answer: { values: new Float64Array(4).fill(Number.NaN), time: Number.NaN, window: null } },
  }),
  chainModeWeights: known((x: typeof labels) => members.chainModeWeights(x, { modes: 2 }), {
    input: labels,
    answer: {
      // Fewer than 10 draws in few chains: two draws' worth.
      weights: [
        { value: 0.375, standardError: near(Math.sqrt((0.375 * 0.625) / 2)), interval: expect.any(Array) },
        { value: 0.5, standardError: near(Math.sqrt(0.125)), interval: expect.any(Array) },
      ],
      outside: { value: 0.125, standardError: near(Math.sqrt((0.125 * 0.875) / 2)), interval: expect.any(Array) },
    },
    broken: { ...labels, data: [...brokenLabels.data] },
    onNaN: InputError,
  }),
  edgeMass: known(members.edgeMass, {
    input: { grid: fine, logP: new Float64Array(400) },
    answer: near(1 - 0.9 ** 2),
    broken: { grid: fine, logP: spoil(new Float64Array(400)) },
    onNaN: NumericError,
  }),
  effectiveSampleSize: known(members.effectiveSampleSize, {
    // Halves of two draws show no autocorrelation: the upper bound S log₁₀ S.
    input: chains,
    answer: { bulk: near(8 * Math.log10(8)), tail: near(8 * Math.log10(8)), mean: near(8 * Math.log10(8)) },
    broken: brokenChains,
    onNaN: { answer: { bulk: Number.NaN, tail: Number.NaN, mean: Number.NaN } },
  }),
  gaussianBaseline: known(members.gaussianBaseline, {
    input: { train: rows, test: rows },
    answer: {
      mean: expect.objectContaining({ value: near(-0.5 * Math.log(2 * Math.PI * Math.E)), standardError: near(0) }),
      bitsPerDimension: expect.objectContaining({ value: near(0.5 * Math.log2(2 * Math.PI * Math.E)) }),
      note: null,
    },
    broken: { train: tensor(spoil(rows.data), [2, 1]), test: rows },
    onNaN: NumericError,
  }),
  gridKl: known(members.gridKl, {
    input: { grid, logP, logQ },
    answer: near((Math.log(0.5) + 3 * Math.log(1.5)) / 8),
    broken: { grid, logP, logQ: spoil(logQ) },
    onNaN: NumericError,
  }),
  gridLogZ: known(members.gridLogZ, {
    input: { grid, logP },
    answer: near(Math.log(8)),
    broken: { grid, logP: spoil(logP) },
    onNaN: NumericError,
  }),
  gridModeWeights: known(
    (x: Parameters<typeof members.gridModeWeights>[0]) => members.gridModeWeights(x, { modes: 2 }),
    {
      input: { grid, logP, labels: [0, 1, 1, -1] },
      answer: { weights: [near(1 / 8), near(5 / 8)], outside: near(2 / 8) },
      broken: { grid, logP: spoil(logP), labels: [0, 1, 1, -1] },
      onNaN: NumericError,
    },
  ),
  gridTotalVariation: known(members.gridTotalVariation, {
    input: { grid, logP, logQ },
    answer: near(1 / 8),
    broken: { grid, logP: spoil(logP), logQ },
    onNaN: NumericError,
  }),
  importance: known(members.importance, {
    input: logP,
    answer: {
      // Weights 1, 2, 3, 2: mean 2, variance 2/3.
      logZ: expect.objectContaining({ value: near(Math.log(2)), standardError: near(Math.sqrt(2 / 3) / 4) }),
      effectiveSampleSize: near(64 / 18),
      pareto: expect.objectContaining({ k: Number.POSITIVE_INFINITY, reliable: false }),
      note: expect.stringMatching(/too few draws/),
    },
    broken: spoil(logP),
    onNaN: NumericError,
  }),
  importanceMean: known(members.importanceMean, {
    input: { logWeights: logP, values: [0, 4, 0, 4] },
    answer: expect.objectContaining({
      mean: expect.objectContaining({ value: near(2), standardError: near(Math.sqrt((18 * 4) / 64)) }),
    }),
    broken: { logWeights: spoil(logP), values: [0, 4, 0, 4] },
    onNaN: NumericError,
  }),
  importanceModeWeights: known(
    (x: Parameters<typeof members.importanceModeWeights>[0]) => members.importanceModeWeights(x, { modes: 2 }),
    {
      input: { labels: [0, 1, 0, 1], logWeights: logP },
      answer: expect.objectContaining({
        weights: [
          expect.objectContaining({ value: near(0.5), standardError: near(Math.sqrt((18 * 0.25) / 64)) }),
          expect.objectContaining({ value: near(0.5) }),
        ],
        outside: expect.objectContaining({ value: 0 }),
      }),
      broken: { labels: [0, 1, 0, 1], logWeights: spoil(logP) },
      onNaN: NumericError,
    },
  ),
  logLikelihood: known(members.logLikelihood, {
    input: { logDensity: [-1, -3], logZ: { value: 1, standardError: 0, interval: [1, 1] as const } },
    answer: {
      mean: expect.objectContaining({ value: -3, standardError: near(1) }),
      bitsPerDimension: null,
      note: null,
    },
    broken: { logDensity: [-1, Number.NaN] },
    onNaN: { answer: { mean: none, bitsPerDimension: null, note: null } },
  }),
  mcse: known(members.mcse, {
    input: chains,
    // Variance 12/7 over the bound 8 log₁₀ 8.
    answer: expect.objectContaining({ value: 3, standardError: near(Math.sqrt(12 / 7 / (8 * Math.log10(8)))) }),
    broken: brokenChains,
    onNaN: { answer: none },
  }),
  modeJumps: known((x: typeof labels) => members.modeJumps(x, { modes: 2 }), {
    input: labels,
    answer: {
      counts: [
        [0, 2],
        [0, 0],
      ],
      rate: { value: near(1 / 3), standardError: near(0), interval: expect.any(Array) },
      trapped: 0,
    },
    broken: { ...labels, data: [...brokenLabels.data] },
    onNaN: InputError,
  }),
  paretoK: known(members.paretoK, {
    input: new Float64Array(100),
    answer: { k: Number.NEGATIVE_INFINITY, threshold: near(0.5), reliable: true, tail: 0 },
    broken: spoil(new Float64Array(100)),
    onNaN: NumericError,
  }),
  sampleModeWeights: known((x: ArrayLike<number>) => members.sampleModeWeights(x, { modes: 2 }), {
    input: [0, 0, 0, 1],
    answer: {
      weights: [
        expect.objectContaining({ value: 0.75, standardError: near(Math.sqrt(0.1875 / 4)) }),
        expect.objectContaining({ value: 0.25 }),
      ],
      outside: expect.objectContaining({ value: 0, standardError: 0 }),
    },
    broken: [0, Number.NaN],
    onNaN: InputError,
  }),
  splitRhat: known(members.splitRhat, {
    input: { shape: [2, 4], data: [1, 1, 1, 1, 2, 2, 2, 2] },
    answer: Number.POSITIVE_INFINITY,
    broken: brokenChains,
    onNaN: { answer: Number.NaN },
  }),
  totalVariation: known(
    (x: Parameters<typeof members.totalVariation>[0]) => members.totalVariation(x, { draws: 100 }),
    {
      input: { p: [0.5, 0.5], q: [0.25, 0.75] },
      answer: { value: near(0.25), expectedNoise: near(Math.sqrt(0.5 / (Math.PI * 100))) },
      broken: { p: [0.5, 0.5], q: [0.5, Number.NaN] },
      onNaN: InputError,
    },
  ),
};

describe("the registry", () => {
  const all = Object.values(members);

  it("gives every metric a name of its own, a sentence, a source and a kind", () => {
    expect(new Set(all.map((m) => m.name)).size).toBe(all.length);
    for (const { name, about, cite, of } of all) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(about).toMatch(/^[A-Z].*\.$/);
      expect(cite).toMatch(/\(\d{4}\)/);
      expect(["chains", "log-weights", "samples", "grid", "pair"]).toContain(of);
    }
  });

  it("names each metric after its export", () => {
    for (const [key, { name }] of Object.entries(members))
      expect(name.replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase())).toBe(key);
  });

  it("says what every option means", () => {
    for (const { options } of all) for (const { about } of listOptions(options)) expect(about).not.toBe("");
  });
});

for (const [name, { run, input, answer, broken, onNaN }] of Object.entries(cases)) {
  const ask = (given: unknown): unknown => run(given as never);
  describe(name, () => {
    it("has its closed form", () => {
      expect(ask(input)).toEqual(answer);
    });

    it("is pure", () => {
      const before = structuredClone(input);
      expect(ask(input)).toEqual(ask(input));
      expect(input).toEqual(before);
    });

    it("neither hides nor invents a number for NaN", () => {
      if ("answer" in onNaN) expect(ask(broken)).toEqual(onNaN.answer);
      else expect(() => ask(broken)).toThrow(onNaN);
    });
  });
}

describe("zero at equality", () => {
  const p = [0.2, 0.3, 0.5];
  it("of two densities or weight vectors that are the same", () => {
    expect(members.gridKl({ grid, logP, logQ: logP.map((v) => v - 40) })).toBeCloseTo(0, 12);
    expect(members.gridTotalVariation({ grid, logP, logQ: logP.map((v) => v - 40) })).toBeCloseTo(0, 12);
    expect(members.totalVariation({ p, q: p }).value).toBe(0);
  });

  it("of the error of equal weights, and not of unequal ones", () => {
    expect(members.importance(new Float64Array(50)).logZ.standardError).toBeCloseTo(0, 14);
    expect(members.importance(Float64Array.from({ length: 50 }, (_, i) => i / 50)).logZ.standardError).toBeGreaterThan(
      0.01,
    );
  });
});

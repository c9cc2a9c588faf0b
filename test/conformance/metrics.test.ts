/** Every metric of the registry: its facts, a closed form, zero at equality, what it does with NaN, and purity. */

import { describe, expect, it } from "vitest";
import { grid2d } from "../../src/metrics/goodness/grid.js";
import * as members from "../../src/metrics/members.js";
import { makeKey } from "../../src/random/key.js";
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
const column = (...x: number[]) => tensor(Float64Array.from(x), [x.length, 1]);
const tens = column(...Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : -1)));
// Two rows and the same two shifted by 2.
const shifted = { x: rows, y: column(1, 3), key: makeKey(0) };
const brokenShifted = { ...shifted, y: column(1, Number.NaN) };
const half = { value: 0.5, standardError: near(Math.sqrt(1 / 8)), interval: expect.any(Array) };

// Two rows of three: right with 0.8, and wrong with 0.5.
const judged = { probabilities: tensor(Float64Array.of(0.8, 0.1, 0.1, 0.5, 0.3, 0.2), [2, 3]), labels: [0, 1] };
const brokenJudged = { ...judged, probabilities: tensor(spoil(judged.probabilities.data), [2, 3]) };

const alternating = Array.from({ length: 40 }, (_, i) => i % 2);

const cases: Record<keyof typeof members, Case> = {
  acceptance: known(members.acceptance, {
    input: chains,
    answer: { value: 3, standardError: near(0.5), interval: [near(3 - 0.5 * 12.7062047364, 9), expect.any(Number)] },
    broken: brokenChains,
    onNaN: { answer: none },
  }),
  agreement: known(members.agreement, {
    // Weights 1 and 4 of errors 0.2 and 0.1; the error of the best, as they scatter by less than that.
    input: { a: { value: 0, standardError: 0.2 }, b: { value: 0.1, standardError: 0.1 } },
    answer: expect.objectContaining({
      agree: true,
      combined: expect.objectContaining({ value: near(0.08), standardError: near(0.1) }),
      verdict: "2 estimators agree: log Z = 0.08 ± 0.10.",
      bounds: [null, null],
    }),
    broken: { a: { value: Number.NaN, standardError: 0.2 } },
    onNaN: NumericError,
  }),
  autocorrelation: known(members.autocorrelation, {
    // About the mean of all draws, which is 0: lags 0, 1, 2, 3 of +1, −1, +1, −1 are 4, −3, 2, −1 quarters.
    input: { shape: [2, 4], data: [1, -1, 1, -1, -1, 1, -1, 1] },
    answer: { values: Float64Array.of(1, -0.75, 0.5, -0.25), time: near(-0.5), window: 1 },
    broken: brokenChains,
    onNaN: { answer: { values: new Float64Array(4).fill(Number.NaN), time: Number.NaN, window: null } },
  }),
  bridge: known(members.bridge, {
    // Equal ratios: σ is ½ everywhere, so that nothing varies.
    input: { proposal: [1, 1, 1, 1], target: { shape: [1, 4], data: [1, 1, 1, 1] } },
    answer: {
      logZ: expect.objectContaining({ value: near(1), standardError: near(0) }),
      degrees: Number.POSITIVE_INFINITY,
      effectiveSampleSize: near(4),
      overlap: near(1),
      note: expect.stringMatching(/about 4 draws/),
    },
    broken: { proposal: [1, 1], target: { shape: [1, 2], data: [1, Number.NaN] } },
    onNaN: NumericError,
  }),
  calibration: known(
    (x: Parameters<typeof members.calibration>[0]) => members.calibration(x, { bins: 2, simulations: 0 }),
    {
      // Each row its own group: 0.2 too little and 0.5 too much.
      input: { ...judged, key: makeKey(0) },
      answer: {
        error: near(0.35),
        byChance: null,
        pValue: null,
        overconfidence: { value: near(0.15), standardError: near(0.35), interval: expect.any(Array) },
        bins: 2,
      },
      broken: { ...brokenJudged, key: makeKey(0) },
      onNaN: NumericError,
    },
  ),
  classification: known(members.classification, {
    input: judged,
    answer: {
      accuracy: { value: 0.5, standardError: near(Math.sqrt(1 / 8)), interval: expect.any(Array) },
      logLoss: {
        value: near(-Math.log(0.8 * 0.3) / 2),
        standardError: near(Math.log(0.8 / 0.3) / 2),
        interval: expect.any(Array),
      },
      // 0.04 + 0.01 + 0.01 and 0.25 + 0.49 + 0.04.
      brier: { value: near(0.42), standardError: near(0.36), interval: expect.any(Array) },
    },
    broken: brokenJudged,
    onNaN: NumericError,
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
  classifierTwoSample: known(members.classifierTwoSample, {
    // One row of each to learn from, one of each to classify: right, as in one of two splits.
    input: { x: column(0, 0.1), y: column(5, 5.1), key: makeKey(0) },
    answer: {
      value: 1,
      standardError: 0,
      interval: [near(1 / (1 + 1.959963984540054 ** 2 / 2)), 1],
      pValue: near(0.5),
      neighbours: 1,
      tested: 2,
    },
    broken: brokenShifted,
    onNaN: NumericError,
  }),
  densityCoverage: known(members.densityCoverage, {
    // A quarter and half of the draws are less dense than the rows; 2 rows and 4 draws are worth 8/6.
    input: { rows: [1, 3], draws: [6, 0, 2, 4], key: makeKey(0) },
    answer: {
      below: Float64Array.of(0.25, 0.5),
      regions: [0.5, 0.8, 0.9, 0.95].map((mass) => ({
        mass,
        rows: { value: mass === 0.5 ? 0.5 : 1, standardError: expect.any(Number), interval: expect.any(Array) },
      })),
      distance: near(0.5),
      pValue: expect.any(Number),
      band: near(Math.sqrt(Math.log(40) / (8 / 3))),
      middle: near(0.375),
    },
    broken: { rows: [1, Number.NaN], draws: [6, 0, 2, 4], key: makeKey(0) },
    onNaN: NumericError,
  }),
  ebfmi: known(members.ebfmi, {
    // Up by one each time: steps 3, spread 5 about the mean.
    input: chains,
    answer: { values: Float64Array.of(3 / 5, 3 / 5), low: [] },
    broken: brokenChains,
    onNaN: { answer: { values: Float64Array.of(Number.NaN, 3 / 5), low: [] } },
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
  energyDistance: known(
    (x: Parameters<typeof members.energyDistance>[0]) => members.energyDistance(x, { permutations: 0 }),
    {
      // Means of |x − y|: 2 across, 1 within each.
      input: shifted,
      answer: { value: near(2), pValue: null },
      broken: brokenShifted,
      onNaN: NumericError,
    },
  ),
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
  mixtureBaseline: known(
    (x: Parameters<typeof members.mixtureBaseline>[0]) => members.mixtureBaseline(x, { components: [1] }),
    {
      // One component is the Gaussian of the rows, of variance 1.
      input: { train: tens, test: rows, key: makeKey(0) },
      answer: {
        mean: expect.objectContaining({ value: near(-0.5 * Math.log(2 * Math.PI * Math.E)), standardError: near(0) }),
        bitsPerDimension: expect.objectContaining({ value: near(0.5 * Math.log2(2 * Math.PI * Math.E)) }),
        note: null,
      },
      broken: { train: tensor(spoil(tens.data), [20, 1]), test: rows, key: makeKey(0) },
      onNaN: NumericError,
    },
  ),
  gridKl: known(members.gridKl, {
    input: { grid, logP, logQ },
    answer: near((Math.log(0.5) + 3 * Math.log(1.5)) / 8),
    broken: { grid, logP, logQ: spoil(logQ) },
    onNaN: NumericError,
  }),
  gridLogDensityError: known(members.gridLogDensityError, {
    // Masses 1, 1, 3, 2 of 7 for 1, 1, 1, 4: the errors are 0 on 2, log² 2 on 2 and log² 3 on 3 of 7.
    input: { grid, logP: [1, 1, 3, 2].map(Math.log), logQ: [1, 1, 1, 4].map(Math.log) },
    answer: near(Math.log(2) ** 2),
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
  highestDensityInterval: known((x: typeof chains) => members.highestDensityInterval(x, { probability: 0.5 }), {
    // Sorted 1, 2, 2, 3, 3, 4, 4, 5: every span of five is as long; the first.
    input: chains,
    answer: [1, 3],
    broken: { ...chains, data: [...brokenChains.data] },
    onNaN: { answer: [Number.NaN, Number.NaN] },
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
  kernelSteinDiscrepancy: known(
    (x: Parameters<typeof members.kernelSteinDiscrepancy>[0]) => members.kernelSteinDiscrepancy(x, { bootstraps: 0 }),
    {
      // The standard normal at ±1: g = 5 between the points and 1 on the diagonal, where the Stein kernel is |s|² + d.
      input: { x: rows, scores: column(1, -1), key: makeKey(0) },
      answer: { u: near(-52 / 5 ** 2.5), v: near(1 - 26 / 5 ** 2.5), pValue: null, scale: 1 },
      broken: { x: rows, scores: column(1, Number.NaN), key: makeKey(0) },
      onNaN: NumericError,
    },
  ),
  logDensityError: known(members.logDensityError, {
    input: { logDensity: [1, 2, 3, 4, 5, 6, 7], truth: [1, 1, 1, 1, 1, 1, 1] },
    answer: { value: 9, standardError: near(18 / 1.959963984540054), interval: [0, 36] },
    broken: { logDensity: [1, Number.NaN], truth: [1, 1] },
    onNaN: { answer: none },
  }),
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
  maximumMeanDiscrepancy: known(
    (x: Parameters<typeof members.maximumMeanDiscrepancy>[0]) =>
      members.maximumMeanDiscrepancy(x, { kernel: "imq", bandwidth: 2, permutations: 0 }),
    {
      // k(0) = 1, k(2) = 2^(−1/2), k(4) = 5^(−1/2).
      input: shifted,
      answer: { value: near((Math.SQRT2 - 1 - Math.sqrt(1 / 5)) / 2), pValue: null, bandwidth: 2 },
      broken: brokenShifted,
      onNaN: NumericError,
    },
  ),
  mcse: known(members.mcse, {
    input: chains,
    // Variance 12/7 over the bound 8 log₁₀ 8.
    answer: expect.objectContaining({ value: 3, standardError: near(Math.sqrt(12 / 7 / (8 * Math.log10(8)))) }),
    broken: brokenChains,
    onNaN: { answer: none },
  }),
  modeCoverage: known(members.modeCoverage, {
    input: { estimates: [[{ ...none, interval: [0.2, 0.4] }], [{ ...none, interval: [0.4, 0.6] }]], truth: [0.3] },
    answer: { modes: [half], withoutInterval: 0 },
    broken: { estimates: [[{ ...none, interval: [0.2, Number.NaN] }]], truth: [0.3] },
    onNaN: InputError,
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
  nceConstant: known(members.nceConstant, {
    // Two of each, symmetric about 2: there the classifier is undecided on average.
    input: { positives: [3, 2], noise: [1, 2] },
    answer: {
      constant: expect.objectContaining({ value: near(2) }),
      degrees: near(2),
      effectiveSampleSize: near((0.5 + 1 / (1 + Math.E)) ** 2 / (0.25 + 1 / (1 + Math.E) ** 2)),
    },
    broken: { positives: [3, Number.NaN], noise: [1] },
    onNaN: NumericError,
  }),
  nestedRhat: known((x: typeof chains) => members.nestedRhat(x, { superchains: 2 }), {
    // Means 2.5 and 3.5, variance 5/3 within.
    input: chains,
    answer: near(Math.sqrt(1 + 0.5 / (5 / 3))),
    broken: { ...chains, data: [...brokenChains.data] },
    onNaN: { answer: Number.NaN },
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
  rocArea: known(members.rocArea, {
    // Of 4 pairs 3 and a tie; shares 1 and ¾ on the one side, ¾ and 1 on the other.
    input: { positive: [3, 2], negative: [2, 1] },
    answer: { value: near(7 / 8), standardError: near(Math.sqrt(1 / 32)), interval: [expect.any(Number), near(1)] },
    broken: { positive: [1, Number.NaN], negative: [0] },
    onNaN: InputError,
  }),
  slicedWasserstein: known(members.slicedWasserstein, {
    input: shifted,
    answer: { value: near(2), standardError: near(0), interval: [near(2), near(2)], pValue: null },
    broken: brokenShifted,
    onNaN: NumericError,
  }),
  splitRhat: known(members.splitRhat, {
    input: { shape: [2, 4], data: [1, 1, 1, 1, 2, 2, 2, 2] },
    answer: Number.POSITIVE_INFINITY,
    broken: brokenChains,
    onNaN: { answer: Number.NaN },
  }),
  steppingStone: known(members.steppingStone, {
    input: { temperatures: [0, 1], differences: [{ shape: [1, 2], data: [0, Math.log(2)] }] },
    // Two draws of one chain count as one: √(1/18) over their mean of ½.
    answer: {
      logRatio: expect.objectContaining({ value: near(Math.log(0.75)), standardError: near(Math.SQRT2 / 3) }),
    },
    broken: { temperatures: [0, 1], differences: [{ shape: [1, 2], data: [0, Number.NaN] }] },
    onNaN: NumericError,
  }),
  thermodynamicIntegration: known(members.thermodynamicIntegration, {
    // Trapezoid of 0, 1, 0 over halves, against 0 without the middle.
    input: { temperatures: [0, 0.5, 1], means: [0, 1, 0] },
    answer: {
      logRatio: expect.objectContaining({ value: near(-0.5), standardError: near(1 / 6) }),
      discretisation: near(1 / 6),
    },
    broken: { temperatures: [0, 1], means: [0, Number.NaN] },
    onNaN: NumericError,
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
  weightsAgree: known((x: Parameters<typeof members.weightsAgree>[0]) => members.weightsAgree(x, { modes: 2 }), {
    // Eight rows of ten, and twenty draws of forty: 2 P(H ≥ 8), H of 28 among 10 and 40.
    input: { rows: [0, 0, 0, 0, 1, 0, 0, 0, 0, 1], draws: alternating, logWeights: alternating.map(() => 0) },
    answer: expect.objectContaining({
      modes: [0, 1].map((k) =>
        expect.objectContaining({
          rows: expect.objectContaining({ value: near(k === 0 ? 0.8 : 0.2) }),
          model: expect.objectContaining({ value: near(0.5) }),
          draws: near(20),
          pValue: near(0.171928203342),
        }),
      ),
      pValue: near(0.343856406685),
      note: null,
    }),
    broken: { rows: [0], draws: alternating, logWeights: spoil(Float64Array.from(alternating, () => 0)) },
    onNaN: NumericError,
  }),
};

describe("the registry", () => {
  const all = Object.values(members);

  it("gives every metric a name of its own, a sentence, a source and a kind", () => {
    expect(new Set(all.map((m) => m.name)).size).toBe(all.length);
    for (const { name, about, cite, of } of all) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(about).toMatch(/^[A-Z].*\.$/);
      expect(cite).toMatch(/\(\d{4}\)/);
      expect([
        "chains",
        "log-weights",
        "log-ratios",
        "path",
        "samples",
        "two-samples",
        "grid",
        "pair",
        "estimates",
        "classes",
        "scores",
      ]).toContain(of);
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

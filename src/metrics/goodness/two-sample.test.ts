/**
 * What every test of two samples must do: be right about equal laws, find unequal ones, and refuse what is no sample.
 */

import { describe, expect, it } from "vitest";
import { kolmogorov } from "../../../test/support/goodness.js";
import { rowsOf } from "../../../test/support/goodness-golden.js";
import { normalRows, twoModeRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { asRows, type Rows } from "../../util/rows.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { classifierTwoSample } from "./classifier-two-sample.js";
import { energyDistance } from "./energy-distance.js";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.js";
import { slicedWasserstein } from "./sliced-wasserstein.js";
import type { TwoSamples, TwoSampleTest } from "./two-sample.js";

type Test = (given: TwoSamples, permutations?: number) => TwoSampleTest;

/** By permutations of a statistic. */
const permuting: Record<string, Test> = {
  "mmd, rbf": (given, permutations = 199) => maximumMeanDiscrepancy(given, { permutations }),
  "mmd, imq": (given, permutations = 199) => maximumMeanDiscrepancy(given, { permutations, kernel: "imq" }),
  energy: (given, permutations = 199) => energyDistance(given, { permutations }),
  "sliced, order 1": (given, permutations = 199) =>
    slicedWasserstein(given, { permutations, projections: 20, order: 1 }),
  "sliced, order 2": (given, permutations = 199) => slicedWasserstein(given, { permutations, projections: 20 }),
};
const tests: Record<string, Test> = { ...permuting, classifier: (given) => classifierTwoSample(given) };

const seed = makeKey(72);
const keys = (r: number) => ({ x: fold(fold(seed, "x"), r), y: fold(fold(seed, "y"), r), key: fold(seed, r) });

const REPETITIONS = 200;
const pValues = (test: Test, draw: (r: number) => TwoSamples): number[] =>
  Array.from({ length: REPETITIONS }, (_, r) => test(draw(r), 99).pValue!);
const equalLaws =
  (n: number, m: number) =>
  (r: number): TwoSamples => {
    const { x, y, key } = keys(r);
    return { x: normalRows(x, [n, 2]), y: normalRows(y, [m, 2]), key };
  };
const uniform = (p: number): number => p;
/**
 * `√n` times the most by which small p-values are more frequent than they should be; above `t` with chance `exp(−2t²)`.
 */
const excess = (p: readonly number[]): number =>
  Math.sqrt(p.length) * Math.max(...p.map((a) => p.filter((b) => b <= a).length / p.length - a));

describe("of equal laws", () => {
  // Kolmogorov–Smirnov of 200 p-values: above 2.5 with chance 7.5e-6. The steps of 1/100 add at most 0.14.
  for (const [name, test] of Object.entries(permuting))
    it(`p-values are uniform: ${name}`, () => {
      expect(kolmogorov(pValues(test, equalLaws(24, 40)), uniform)).toBeLessThan(2.5);
    });

  it("p-values of the classifier are at most as often small", () => {
    const p = pValues(tests.classifier!, equalLaws(80, 120));
    // False alarm 3.7e-6. They are not all large either: half of them are below 0.65, but for 1 set in 1e4.
    expect(excess(p)).toBeLessThan(2.5);
    expect(p.filter((v) => v < 0.65).length).toBeGreaterThan(73);
  });

  it("the check finds rows that are not independent", () => {
    const repeated = (rows: Rows): FloatTensor => {
      const { data, shape } = asRows("rows", rows);
      return tensor(Float64Array.of(...data, ...data), [2 * shape[0]!, shape[1]!]);
    };
    for (const test of Object.values(tests)) {
      const p = pValues(test, (r) => {
        const given = equalLaws(30, 30)(r);
        return { ...given, x: repeated(given.x), y: repeated(given.y) };
      });
      expect(excess(p)).toBeGreaterThan(2.5);
    }
  });

  it("permutations of few rows have the p-value of all splits", () => {
    const given = { x: rowsOf([[0], [1], [2]]), y: rowsOf([[2.5], [4], [5]]), key: seed };
    // 20 splits of 6 rows. No other is as far apart as three below three but its mirror image: p = 2/20.
    for (const [name, test] of Object.entries(permuting)) {
      // Of 999 splits as many as 99.9 ± 9.5: 4.5 deviations are exceeded with chance 7e-6.
      expect(Math.abs(test(given, 999).pValue! - 0.1), name).toBeLessThan(0.043);
    }
  });
});

describe("of unequal laws", () => {
  const n = 300;
  const { x, y, key } = keys(0);
  const cases = {
    "a shift of half a deviation": { x: normalRows(x, [n, 2]), y: normalRows(y, [n, 2], 0.5) },
    "twice the deviation": { x: normalRows(x, [n, 2]), y: normalRows(y, [n, 2], 0, 2) },
    "wrong mode weights": { x: twoModeRows(x, n, 0.5).x, y: twoModeRows(y, n, 0.25).x },
    "samples of unequal size": { x: normalRows(x, [200, 2]), y: normalRows(y, [500, 2], 0.5) },
  };
  for (const [what, given] of Object.entries(cases))
    it(`${what} is found by all`, () => {
      for (const [name, test] of Object.entries(tests))
        expect(test({ ...given, key }).pValue, name).toBeLessThanOrEqual(0.01);
    });
});

describe("whatever the laws", () => {
  const { x, y, key } = keys(1);
  const given = { x: normalRows(x, [31, 3]), y: normalRows(y, [50, 3], 1), key };
  const permuted = Object.entries(permuting);

  it("the same key gives the same answer, and another one other permutations", () => {
    for (const test of Object.values(tests)) expect(test(given)).toEqual(test(given));
    const alike = { x: normalRows(x, [30, 3]), y: normalRows(y, [30, 3]) };
    for (const [name, test] of permuted) {
      const p = [1, 2, 3].map((k) => test({ ...alike, key: makeKey(k) }).pValue);
      expect(new Set(p).size, name).toBeGreaterThan(1);
    }
  });

  it("the two samples may change places, and the rows theirs", () => {
    const reversed = ({ data, shape }: FloatTensor): FloatTensor =>
      rowsOf(Array.from({ length: shape[0]! }, (_, i) => [...data.slice(3 * i, 3 * i + 3)]).reverse());
    for (const [name, test] of permuted) {
      const { value } = test(given, 0);
      expect(test({ x: given.y, y: given.x, key }, 0).value, name).toBeCloseTo(value, 12);
      expect(test({ ...given, x: reversed(given.x) }, 0).value, name).toBeCloseTo(value, 12);
    }
  });

  it("single precision will do", () => {
    const single = { ...given, x: tensor(Float32Array.from(given.x.data), given.x.shape) };
    for (const [name, test] of Object.entries(tests))
      expect(test(single).value, name).toBeCloseTo(test(given).value, 5);
  });

  it("no permutations, no p-value", () => {
    for (const [name, test] of permuted) expect(test(given, 0).pValue, name).toBeNull();
  });
});

describe("what is no pair of samples", () => {
  const two = rowsOf([
    [0, 1],
    [2, 3],
  ]);
  const refused: [string, Partial<TwoSamples>, new (m: string) => Error, RegExp][] = [
    ["unequal columns", { y: rowsOf([[0], [1]]) }, ShapeError, /x has 2 columns and y has 1/],
    ["a vector", { x: tensor(new Float64Array(4)) }, ShapeError, /expected x of shape \(n, d\), got \(4\)/],
    ["one row", { y: rowsOf([[0, 1]]) }, InputError, /rows of y: 1; give at least 2/],
    ["no rows", { x: tensor(new Float64Array(0), [0, 2]) }, InputError, /rows of x: 0/],
    [
      "NaN",
      {
        y: rowsOf([
          [0, 1],
          [2, Number.NaN],
        ]),
      },
      NumericError,
      /row 1, column 1 \(from 0\) of y is NaN/,
    ],
  ];
  for (const [what, wrong, error, message] of refused)
    it(`is refused: ${what}`, () => {
      for (const test of Object.values(tests)) {
        const call = () => test({ x: two, y: two, key: seed, ...wrong });
        expect(call).toThrow(error);
        expect(call).toThrow(message);
      }
    });

  it("is refused: options out of bounds", () => {
    for (const test of Object.values(permuting))
      expect(() => test({ x: two, y: two, key: seed }, -1)).toThrow(InputError);
    const given = { x: two, y: two, key: seed };
    expect(() => maximumMeanDiscrepancy(given, { bandwidth: 0 })).toThrow(InputError);
    expect(() => slicedWasserstein(given, { projections: 1 })).toThrow(InputError);
    expect(() => classifierTwoSample(given, { neighbours: 3 })).toThrow(/3 neighbours of 2 rows to learn from/);
  });
});

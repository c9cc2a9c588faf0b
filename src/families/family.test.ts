import { describe, expect, it } from "vitest";
import { chainErrors } from "../../test/support/statistics.js";
import { chainsOf } from "../metrics/chains/chains.js";
import { normal as standard } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { sample } from "../samplers/driver/sample.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import {
  bernoulli,
  beta,
  categorical,
  dirichlet,
  exponential,
  gamma,
  multivariateNormal,
  normal,
  poisson,
} from "./members.js";

const key = makeKey(411);
const rows = (...x: number[]) => tensor(Float64Array.from(x));

describe("data that no family of its kind has", () => {
  it.each([
    ["gamma", () => gamma().fit(rows(1, 0, 2)), "family gamma: row 1 is 0; expected positive numbers"],
    ["exponential", () => exponential().fit(rows(1, -0.5)), "row 1 is -0.5; expected numbers that are not negative"],
    ["beta", () => beta().fit(rows(0.2, 1)), "row 1 is 1; expected numbers between 0 and 1, both excluded"],
    ["poisson", () => poisson().fit(rows(0, 2.5)), "row 1 is 2.5; expected counts: 0, 1, 2, …"],
    ["bernoulli", () => bernoulli().fit(rows(0, 1, 2)), "row 2 is 2; expected 0 or 1"],
    ["categorical", () => categorical().fit(rows(0, 3)), "row 1 is 3; expected a whole number from 0 to 2"],
    ["dirichlet", () => dirichlet({ categories: 2 }).fit(tensor(Float64Array.of(0.5, 0.5, 0.6, 0.6), [2, 2])), "row 1 is 0.6, 0.6; expected positive numbers that sum to 1"], // biome-ignore format: a table
    ["normal", () => normal().fit(rows(1, Number.NaN)), "family normal: row 1 holds NaN; expected finite numbers"],
    ["an infinity", () => normal().fit(rows(1, 2, Number.POSITIVE_INFINITY)), "row 2 holds Infinity"],
    ["a shape", () => multivariateNormal().fit(rows(1, 2, 3)), "points have shape (3); expected (n, 2)"],
  ])("is refused: %s", (_, attempt, message) => {
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});

describe("a likelihood without a maximum", () => {
  it.each([
    ["one row", () => normal().fit(rows(1)), "family normal: 1 rows to fit; expected at least 2"],
    ["no rows", () => poisson().fit(rows()), "family poisson: 0 rows to fit; expected at least 1"],
    [
      "equal rows",
      () => normal().fit(rows(2, 2)),
      "the variance is 0, so the likelihood has no maximum; rows must differ",
    ],
    ["equal positive rows", () => gamma().fit(rows(2, 2)), "so the likelihood has no maximum; rows must differ"],
    ["equal shares", () => beta().fit(rows(0.3, 0.3)), "geometric means sum to"],
    ["no events", () => poisson().fit(rows(0, 0)), "the mean count is 0, so the likelihood has no maximum"],
    [
      "only ones",
      () => bernoulli().fit(rows(1, 1)),
      "the mean is 1, so the likelihood has no maximum; both 0 and 1 must",
    ],
    [
      "a missing category",
      () => categorical().fit(rows(0, 1, 1)),
      "category 2 of 3 has mean 0, so the likelihood has no",
    ],
    ["the last one", () => categorical().fit(rows(0, 0, 2)), "category 1 of 3 has mean 0"],
    ["a line", () => multivariateNormal().fit(tensor(Float64Array.of(0, 0, 1, 2, 2, 4), [3, 2])), "covariance of the rows: column 1"], // biome-ignore format: a table
    ["mean parameters of no law", () => normal().fromMean([2, 3]), "the variance is -1"],
  ])("says why: %s", (_, attempt, message) => {
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});

describe("parameters out of range", () => {
  it.each([
    ["variance", () => normal().natural([0, 0]), "family normal: variance is 0; expected a positive number"],
    ["rate", () => poisson().natural([-1]), "rate is -1; expected a positive number"],
    [
      "a rate beyond doubles",
      () => poisson().sample([800], key, 1),
      "rate is Infinity; expected at most 1000000000000",
    ],
    ["probability", () => bernoulli().natural([1]), "probability is 1; expected a number between 0 and 1"],
    ["probabilities", () => categorical().natural([0.5, 0.5, 0.5]), "probabilities sum to 1.5; expected 1"],
    ["covariance", () => multivariateNormal().natural([0, 0, 1, 2, 1]), "covariance: column 1"],
    ["their number", () => gamma().natural([1]), "family gamma: 1 usual parameters; expected 2"],
    ["NaN", () => gamma().natural([1, Number.NaN]), "usual parameter 1 is NaN; expected a finite number"],
    ["natural ones", () => normal().logPartition([0, 1]), "natural parameter 1 is 1; expected a negative number"],
    ["draws", () => poisson().sample([0], key, -1), "cannot draw -1 points"],
    ["options", () => dirichlet({ categories: 1 }), "family dirichlet: option categories"],
  ])("are refused: %s", (_, attempt, message) => {
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});

describe("a family far from the middle", () => {
  it("fits a normal law a million standard deviations from 0 without losing its variance", () => {
    const z = standard(key, [500], "float64").data;
    const near = normal().fit(tensor(z));
    const far = normal().fit(tensor(z.map((v) => v + 1e6)));
    expect(far.parameters.mean! - 1e6).toBeCloseTo(near.parameters.mean!, 8);
    expect(far.parameters.variance).toBeCloseTo(near.parameters.variance!, 8);
    expect(far.logLikelihood).toBeCloseTo(near.logLikelihood, 5);
    expect(far.standardErrors.mean).toBeCloseTo(near.standardErrors.mean!, 9);
    const plane = (by: number) =>
      multivariateNormal().fit(
        tensor(
          z.map((v) => v + by),
          [250, 2],
        ),
      ).parameters;
    expect(plane(1e6)["covariance[1][0]"]).toBeCloseTo(plane(0)["covariance[1][0]"]!, 7);
  });

  it.each([
    [1e-3, 2e-3],
    [1e4, 3e5],
    [1e-2, 500],
  ])("finds concentrations %d and %d again from their mean logarithms", (a, b) => {
    const family = beta();
    for (const [i, v] of family.fromMean(family.mean([a, b])).entries())
      expect(Math.abs(v / [a, b][i]! - 1)).toBeLessThan(1e-6);
  });

  it("draws shares and gammas of tiny concentrations inside their supports", () => {
    for (const [family, theta] of [
      [beta(), [0.01, 0.01]],
      [gamma(), [0.005, 1]],
      [dirichlet(), [0.02, 0.01, 0.03]],
    ] as const) {
      const x = family.sample(family.natural(theta), key, 2000);
      expect(() => family.statistics(x)).not.toThrow();
    }
  });

  it("draws counts of a large rate with its mean and variance", () => {
    const [n, rate] = [20000, 1e6];
    const x = poisson().sample([Math.log(rate)], key, n).data;
    const mean = x.reduce((s, v) => s + v, 0) / n;
    // 5 standard errors: 5.7e-7 each.
    expect(Math.abs(mean - rate)).toBeLessThan(5 * Math.sqrt(rate / n));
    const variance = x.reduce((s, v) => s + (v - mean) ** 2, 0) / n;
    expect(Math.abs(variance / rate - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });
});

it("is a target that samplers run on", async () => {
  const family = multivariateNormal();
  const energy = family.energy!(family.natural([1, -2, 2, 0.9, 0.8]));
  const { x } = await sample({ energy, chains: 8, warmup: 300, draws: 400, key });
  expect(chainErrors("x₀", chainsOf(x, 0), { mean: 1, variance: 2 }, 400)).toEqual([]);
  expect(chainErrors("x₁", chainsOf(x, 1), { mean: -2, variance: 0.8 }, 400)).toEqual([]);
});

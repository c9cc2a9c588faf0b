import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError, NumericError, ShapeError } from "../util/errors.js";
import { columnCovariance, mean, variance } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";
import { fitNormalMixture } from "./fit-normal-mixture.js";
import { mixtureByBic } from "./mixture-by-bic.js";
import { type NormalCloud, normalMixture } from "./normal-mixture.js";
import { fitStack, type StackedMixture, stackNormalMixtures } from "./stack-normal-mixtures.js";

const key = makeKey(17);

/** Three clouds that touch, one of them tilted. */
const clouds: NormalCloud[] = [
  {
    weight: 0.5,
    mean: [0, 0],
    covariance: [
      [1, 0.8],
      [0.8, 1],
    ],
  },
  { weight: 0.3, mean: [4, -1], covariance: [0.5, 2] },
  { weight: 0.2, mean: [-3, 4], covariance: 0.3 },
];
const truth = normalMixture("test", clouds);
const rowsOf = (n: number, name = "rows"): FloatTensor => truth.draw(fold(key, name), n) as FloatTensor;
const average = (x: Float64Array): number => mean(x);
const scored = (fit: { readonly clouds: readonly NormalCloud[] }, rows: FloatTensor): Float64Array =>
  normalMixture("fit", fit.clouds).logDensity(rows);

describe("fitNormalMixture", () => {
  const rows = rowsOf(2000);

  it("climbs its objective at every step, and is finished where it no longer does", () => {
    const lengths: number[] = [];
    for (const components of [2, 3, 7]) {
      const { objective, converged } = fitNormalMixture(rows, { components, key, tolerance: 1e-9, steps: 400 });
      lengths.push(objective.length);
      for (let i = 1; i < objective.length; i++)
        expect(objective[i]! - objective[i - 1]!, `step ${i}`).toBeGreaterThan(-1e-12);
      expect(converged || objective.length === 400).toBe(true);
    }
    // One that is never more than a few steps from its end shows nothing.
    expect(Math.max(...lengths)).toBeGreaterThan(20);
    expect(fitNormalMixture(rows, { components: 3, key, steps: 2 }).converged).toBe(false);
  });

  it("of one component is the mean and the covariance of the rows, whatever the prior", () => {
    const { mean: centre, covariance } = columnCovariance(rows.data, 2);
    for (const strength of [1e-3, 50]) {
      const [cloud] = fitNormalMixture(rows, { components: 1, strength, key }).clouds;
      expect(cloud!.weight).toBeCloseTo(1, 12);
      for (const [j, m] of cloud!.mean.entries()) expect(m).toBeCloseTo(centre[j]!, 10);
      const own = (cloud!.covariance as number[][]).flat();
      for (const [j, c] of own.entries()) expect(c).toBeCloseTo(covariance[j]!, 10);
    }
  });

  it("shares out all rows: weights sum to 1 and the mean of the mixture is that of the rows", () => {
    const { clouds: fitted } = fitNormalMixture(rows, { components: 5, key });
    expect(fitted.reduce((s, c) => s + c.weight, 0)).toBeCloseTo(1, 10);
    const { mean: centre } = columnCovariance(rows.data, 2);
    for (const j of [0, 1]) expect(fitted.reduce((s, c) => s + c.weight * c.mean[j]!, 0)).toBeCloseTo(centre[j]!, 9);
  });

  it("finds the law it was drawn from: as far behind it on fresh rows as its parameters cost", () => {
    const fit = fitNormalMixture(rows, { components: 3, starts: 5, key });
    const fresh = rowsOf(100_000, "fresh");
    const own = scored(fit, fresh);
    const behind = truth.logDensity(fresh).map((v, i) => v - own[i]!);
    // 17 parameters of 2000 rows: 2n KL is χ² of 17 degrees, above 45.6 once in 5000 fits; the average has its error.
    const error = Math.sqrt(variance(behind) / behind.length);
    expect(average(behind)).toBeLessThan(45.6 / (2 * 2000) + 4 * error);
    expect(average(behind)).toBeGreaterThan(-4 * error);
    // One cloud short is found out.
    const few = scored(fitNormalMixture(rows, { components: 2, starts: 5, key }), fresh);
    expect(average(truth.logDensity(fresh)) - average(few)).toBeGreaterThan(0.1);
  });

  it("gives the density that it says, of the rows it was fitted to", () => {
    const fit = fitNormalMixture(rows, { components: 4, key });
    expect(average(scored(fit, rows))).toBeCloseTo(fit.logLikelihood, 9);
  });

  it("suits columns of any unit", () => {
    const [a, b] = [1e-6, 1e5];
    const other = tensor(
      Float64Array.from(rows.data, (v, i) => v * (i % 2 === 0 ? a : b)),
      rows.shape,
    );
    const [one, two] = [rows, other].map((x) => fitNormalMixture(x, { components: 4, key }));
    expect(two!.logLikelihood + Math.log(a * b)).toBeCloseTo(one!.logLikelihood, 6);
  });

  it("does not let a cloud fall onto a row", () => {
    const few = rowsOf(30);
    const { covariance } = columnCovariance(few.data, 2);
    const { clouds: fitted, logLikelihood } = fitNormalMixture(few, { components: 30, key });
    expect(Number.isFinite(logLikelihood)).toBe(true);
    // No variance is below that of a cloud with the rows' share of the prior and no scatter of its own.
    for (const { weight, covariance: own } of fitted)
      for (const j of [0, 1]) {
        const least = covariance[3 * j]! / 30 / (30 * weight + 1);
        expect((own as number[][])[j]![j]!).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      }
  });

  it("refuses what is no table, and columns that depend on each other, by name", () => {
    expect(() => fitNormalMixture(tensor(Float64Array.of(1, 2, 3), [3]), { components: 1, key })).toThrow(ShapeError);
    expect(() => fitNormalMixture(rows, { components: 0, key })).toThrow(InputError);
    expect(() => fitNormalMixture(rowsOf(5), { components: 6, key })).toThrow("6 components for 5 rows");
    expect(() => fitNormalMixture(rows, { components: 2, strength: 0, key })).toThrow("strength");
    const twice = tensor(
      Float64Array.from(rows.data, (_, i) => rows.data[i - (i % 2)]!),
      rows.shape,
    );
    expect(() => fitNormalMixture(twice, { components: 2, key })).toThrow(NumericError);
    expect(() => fitNormalMixture(twice, { components: 2, key })).toThrow("column 1");
  });
});

describe("mixtureByBic", () => {
  it("finds how many clouds there are where they lie apart, and one in a Gaussian", () => {
    const apart = normalMixture("test", [
      { weight: 0.5, mean: [0, 0], covariance: 1 },
      { weight: 0.3, mean: [9, 0], covariance: 0.5 },
      { weight: 0.2, mean: [0, 9], covariance: [2, 0.3] },
    ]);
    const rows = apart.draw(fold(key, "apart"), 600) as FloatTensor;
    const { clouds: found } = mixtureByBic(rows, { key });
    // A fourth cloud gains a χ² of 6 degrees, and more than 6 log 600 = 38 of it once in 10⁶ tables.
    expect(found).toHaveLength(3);
    expect(mixtureByBic(normal(fold(key, "one"), [600, 3], "float64"), { key }).clouds).toHaveLength(1);
    expect(mixtureByBic(rows, { key, components: [2] }).clouds).toHaveLength(2);
  });
});

describe("stackNormalMixtures", () => {
  const stacked = (rows: FloatTensor, members: readonly StackedMixture[]): { clouds: NormalCloud[] } => ({
    clouds: [...fitStack(rows, members, fold(key, "fit"))],
  });

  it("tries as many clouds as the rows tell, and knows what it says of rows it has not seen", () => {
    const rows = rowsOf(1000);
    const { members, trials, logLikelihood } = stackNormalMixtures(rows, { key });
    const best = (count: number): number =>
      Math.max(...trials.filter((t) => t.components === count).map((t) => t.logLikelihood));
    expect(best(3) - best(2)).toBeGreaterThan(0.3);
    // More than there are cost nothing where they are taken, and the weights are those of most likelihood but for small ones.
    const top = Math.max(...trials.map((t) => t.logLikelihood));
    expect(top - best(3)).toBeLessThan(0.01);
    expect(logLikelihood).toBeGreaterThan(top - 0.005);
    expect(members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
    const fresh = rowsOf(50_000, "fresh");
    const own = scored(stacked(rows, members), fresh);
    // The spread of 1000 rows about their mean is the error of what was told of them.
    const error = Math.sqrt(variance(own) / 1000);
    expect(Math.abs(logLikelihood - average(own))).toBeLessThan(4 * error);
  });

  it("leaves a Gaussian one cloud, and where rows are few a strong prior", () => {
    const wide = normal(fold(key, "wide"), [60, 12], "float64");
    const { trials, members } = stackNormalMixtures(wide, { key });
    const of = (count: number) => trials.filter((t) => t.components === count);
    // With one cloud the prior says what the rows do: it is tried once.
    expect(of(1)).toHaveLength(1);
    expect(of(2)[0]!.strength).toBeGreaterThan(of(2).at(-1)!.strength);
    expect(of(2)[0]!.logLikelihood).toBeGreaterThan(of(2).at(-1)!.logLikelihood + 1);
    expect(members.find(({ components }) => components === 1)!.weight).toBeGreaterThan(0.3);
  });

  it("explains fresh rows of a law that no mixture of a few clouds is better than the best single one", () => {
    // A ring of radius 3: 150 rows, on which single mixtures differ by where their clouds happen to lie.
    const ring = (n: number, name: string): FloatTensor => {
      const z = normal(fold(key, name), [n, 3], "float64").data;
      const at = (i: number): number[] => {
        const [x, y, r] = [z[3 * i]!, z[3 * i + 1]!, 3 + 0.1 * z[3 * i + 2]!];
        return [(r * x) / Math.hypot(x, y), (r * y) / Math.hypot(x, y)];
      };
      return tensor(Float64Array.from(Array.from({ length: n }, (_, i) => at(i)).flat()), [n, 2]);
    };
    const [rows, fresh] = [ring(150, "ring"), ring(20_000, "fresh ring")];
    const { members, trials } = stackNormalMixtures(rows, { key });
    const { components, strength } = trials.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    const single = scored(stacked(rows, [{ components, strength, weight: 1 }]), fresh);
    const ahead = scored(stacked(rows, members), fresh).map((v, i) => v - single[i]!);
    expect(average(ahead)).toBeGreaterThan(4 * Math.sqrt(variance(ahead) / ahead.length));
  });

  it("repeats itself for a key, and fits the members it is given", () => {
    const rows = rowsOf(200);
    const options = { key, components: [1, 2] };
    expect(stackNormalMixtures(rows, options)).toEqual(stackNormalMixtures(rows, options));
    const clouds = fitStack(
      rows,
      [
        { components: 2, strength: 1, weight: 0.25 },
        { components: 1, strength: 1, weight: 0.75 },
      ],
      key,
    );
    expect(clouds).toHaveLength(3);
    expect(clouds[2]!.weight).toBeCloseTo(0.75, 12);
    expect(clouds.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 10);
  });

  it("fits one Gaussian where a single row makes up the spread of a column", () => {
    const data = normal(fold(key, "giant"), [60, 2], "float64").data.map((v, i) =>
      i % 2 === 0 ? (i === 14 ? 1e12 : 0) : v,
    );
    const giant = tensor(data, [60, 2]);
    const { members, trials } = stackNormalMixtures(giant, { key });
    expect(members).toEqual([{ components: 1, strength: 1, weight: 1 }]);
    expect(Math.max(...trials.map(({ logLikelihood }) => logLikelihood))).toBe(Number.NEGATIVE_INFINITY);
    expect(fitStack(giant, members, key)).toHaveLength(1);
  });

  it("refuses folds that leave nothing out", () => {
    expect(() => stackNormalMixtures(rowsOf(20), { key, folds: 1 })).toThrow(InputError);
    expect(() => stackNormalMixtures(rowsOf(20), { key, folds: 21 })).toThrow("21 folds of 20 rows");
  });
});

/** Every exponential family: A against integrals, its derivatives against differences and draws, fits, scores, draws. */

import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import { deltaErrors, inverseRoots } from "../../src/families/errors-of-fit.js";
import type { Family, FamilyDeclaration } from "../../src/families/family.js";
import * as members from "../../src/families/members.js";
import { constant, input } from "../../src/ops/leaf.js";
import { sum } from "../../src/ops/shape.js";
import { fold, makeKey } from "../../src/random/key.js";
import { compile } from "../../src/runtime/program.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { familyCases } from "../support/family-cases.js";
import { chiSquareScore, kolmogorov } from "../support/goodness.js";
import { expectedMeanErrors } from "../support/statistics.js";
import { numbers } from "../support/tensors.js";

const key = makeKey(410);
const declared = Object.values(members) as readonly unknown[] as readonly FamilyDeclaration[];

it("looks at every member", () => {
  const names = declared.map(({ name }) => name);
  expect([...new Set(familyCases.map(([, { family }]) => family.name))].sort()).toEqual([...names].sort());
  for (const { name, about } of declared) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(about).toMatch(/^[A-Z].*\.$/);
  }
});

const rowsOf = (x: FloatTensor): number[][] => {
  const d = x.shape[1]!;
  return Array.from({ length: x.shape[0]! }, (_, i) => Array.from(x.data.subarray(i * d, (i + 1) * d)));
};

/** `(8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12 h` along coordinate `j`. */
function slope<V extends number | Float64Array>(f: (v: Float64Array) => V, at: ArrayLike<number>, j: number): number[] {
  const h = 1e-3 * Math.max(0.1, Math.min(1, Math.abs(at[j]!)));
  const list = (s: number): readonly number[] => {
    const moved = Float64Array.from(at, (v, i) => v + (i === j ? s * h : 0));
    const value = f(moved);
    return typeof value === "number" ? [value] : Array.from(value as Float64Array);
  };
  const [a, b, c, d] = [list(1), list(-1), list(2), list(-2)];
  return a!.map((_, i) => (8 * (a![i]! - b![i]!) - (c![i]! - d![i]!)) / (12 * h));
}

/** Every number within a tolerance of its size, or of 1. */
const near = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(found.length).toBe(expected.length);
  const off = Array.from(found, (v, i) => Math.abs(v - expected[i]!) / Math.max(1, Math.abs(expected[i]!)));
  // Written so that NaN is an error.
  const bad = off.findIndex((v) => !(v < tolerance));
  expect(bad, `${bad}: ${found[bad]} for ${expected[bad]}`).toBe(-1);
};

describe.each(familyCases)("family %s", (_, { family, theta, nodes, logBase }) => {
  const eta = family.natural(theta);
  const m = family.statisticNames.length;
  const inner = (t: ArrayLike<number>): number => eta.reduce((s, e, i) => s + e * t[i]!, 0);

  it("has the A that the integral over its support gives, and densities made of it", () => {
    const statistics = rowsOf(family.statistics(nodes.points));
    const bases = rowsOf(nodes.points).map(logBase);
    const logs = statistics.map((t, i) => inner(t) + bases[i]!);
    const top = logs.reduce((a, b) => Math.max(a, b));
    const mass = logs.reduce((s, l, i) => s + Math.exp(l - top + nodes.logWeights[i]!), 0);
    expect(Math.abs(top + Math.log(mass) - family.logPartition(eta))).toBeLessThan(1e-9);
    const a = family.logPartition(eta);
    near(
      family.logProb(nodes.points, eta),
      logs.map((l) => l - a),
      1e-11,
    );
    near(family.density(nodes.points, eta), family.logProb(nodes.points, eta).map(Math.exp), 1e-15);
  });

  it("goes from usual to natural to mean parameters and back", () => {
    expect([family.parameters.length, eta.length]).toEqual([theta.length, m]);
    near(family.usual(eta), theta, 1e-12);
    near(family.fromMean(family.mean(eta)), eta, 1e-9);
  });

  it("has mean parameters and information that differences of A find", () => {
    const mean = family.mean(eta);
    const information = numbers(family.information(eta));
    expect(family.information(eta).shape).toEqual([m, m]);
    for (let j = 0; j < m; j++) {
      near(slope(family.logPartition, eta, j), [mean[j]!], 1e-8);
      near(slope(family.mean, eta, j), information.slice(j * m, (j + 1) * m), 1e-7);
    }
  });

  it("draws points whose statistics have these means and covariances, a longer draw beginning with the shorter", () => {
    const n = 20000;
    const t = rowsOf(family.statistics(family.sample(eta, fold(key, "means"), n)));
    const mean = family.mean(eta);
    const information = numbers(family.information(eta));
    for (let i = 0; i < m; i++) {
      const own = t.map((row) => row[i]!);
      expect(expectedMeanErrors(family.statisticNames[i]!, own, mean[i]!)).toEqual([]);
      for (let j = 0; j <= i; j++) {
        const products = t.map((row) => (row[i]! - mean[i]!) * (row[j]! - mean[j]!));
        expect(expectedMeanErrors(`covariance ${i} ${j}`, products, information[i * m + j]!)).toEqual([]);
      }
    }
    const long = numbers(family.sample(eta, key, 100));
    expect(numbers(family.sample(eta, key, 7))).toEqual(long.slice(0, 7 * family.size));
    expect(numbers(family.sample(eta, fold(key, 1), 100))).not.toEqual(long);
    expect(family.sample(eta, key, 0).shape).toEqual([0, family.size]);
  });

  it("recovers its parameters from draws, within its own standard errors", () => {
    const fit = family.fit(family.sample(eta, fold(key, "fit"), 4000));
    // Each beyond 5 standard errors with chance 5.7e-7.
    for (const [i, name] of family.parameters.entries()) {
      const error = fit.standardErrors[name]!;
      expect(Math.abs(fit.parameters[name]! - theta[i]!), name).toBeLessThan(5 * error);
      expect(error).toBeGreaterThan(0);
    }
    expect(fit.rows).toBe(4000);
    expect(fit.naturalErrors).toHaveLength(m);
    near(family.usual(fit.natural), Object.values(fit.parameters), 1e-13);
    const inverse = inverseRoots(numbers(family.information(fit.natural)), m, 4000);
    const relative = (found: ArrayLike<number>, expected: ArrayLike<number>): number[] =>
      Array.from(found, (v, i) => v / expected[i]!);
    near(
      relative(fit.naturalErrors, inverse.roots),
      inverse.roots.map(() => 1),
      1e-9,
    );
    const usual = deltaErrors((at) => Array.from(family.usual(at)), fit.natural, inverse.covariance);
    near(
      relative(Object.values(fit.standardErrors), usual),
      usual.map(() => 1),
      1e-6,
    );
  });

  it("has a maximum at its fit: the likelihood falls along every direction", () => {
    const x = family.sample(eta, fold(key, "peak"), 50);
    const fit = family.fit(x);
    const likelihood = (at: Float64Array): number => family.logProb(x, at).reduce((s, v) => s + v, 0);
    expect(likelihood(fit.natural)).toBeCloseTo(fit.logLikelihood, 9);
    for (let j = 0; j < m; j++)
      for (const side of [-0.1, 0.1]) {
        const moved = fit.natural.map((v, i) => v + (i === j ? side * fit.naturalErrors[i]! : 0));
        expect(likelihood(moved)).toBeLessThan(fit.logLikelihood);
      }
  });

  if (family.score)
    it("has the score that differences of its log-density find", () => {
      const x = family.sample(eta, fold(key, "score"), 6);
      const scores = rowsOf(family.score!(x, eta));
      for (const [i, row] of rowsOf(x).entries())
        for (let j = 0; j < family.size; j++) {
          // On a simplex a number moves at the cost of the next.
          const other = family.name === "dirichlet" ? (j + 1) % family.size : -1;
          const least = Math.min(row[j]!, 1 - row[j]!, other < 0 ? 1 : row[other]!);
          const h = 1e-4 * (family.energy ? 1 : Math.abs(least) || 1);
          const at = (s: number): number => {
            const moved = row.map((v, k) => v + (k === j ? s * h : k === other ? -s * h : 0));
            return family.logProb(tensor(Float64Array.from(moved), [1, family.size]), eta)[0]!;
          };
          const found = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
          const expected = scores[i]![j]! - (other < 0 ? 0 : scores[i]![other]!);
          expect(Math.abs(found - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
        }
    });

  if (family.energy)
    it("is an energy whose gradient is minus its score", async () => {
      const energy = family.energy!(eta);
      const x = family.sample(eta, fold(key, "energy"), 6);
      const at = input("x", x.shape, "float64");
      const value = energy(at);
      const { run } = await compile({ x: at }, { value, slope: grad(sum(value), [at])[0] });
      const { value: e, slope: g } = await run({ x });
      near(
        numbers(e!),
        family.logProb(x, eta).map((v) => -v),
        1e-12,
      );
      near(
        numbers(g!),
        numbers(family.score!(x, eta)).map((v) => -v),
        1e-11,
      );
      expect(energy.exact!.logZ).toBe(0);
      expect(energy.event).toEqual([family.size]);
      expect(() => energy(constant(tensor(new Float64Array(6), [6])))).toThrow();
    });
});

const lines = familyCases.filter(([, { family, nodes }]) => family.size === 1 && nodes.ordered);
const discrete = familyCases.filter(([, { family, nodes }]) => family.size === 1 && !nodes.ordered);

/** The distribution function of a line's nodes, between them on a straight line. */
function cdfOf(family: Family, eta: ArrayLike<number>, { points, logWeights }: (typeof familyCases)[0][1]["nodes"]) {
  const logs = family.logProb(points, eta);
  let below = 0;
  // Half of a node's mass lies before it.
  const cumulative = Float64Array.from(logs, (l, i) => {
    const mass = Math.exp(l + logWeights[i]!);
    below += mass;
    return below - mass / 2;
  });
  return (x: number): number => {
    let [low, high] = [0, points.data.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points.data[middle]! > x) high = middle;
      else low = middle;
    }
    const share = (x - points.data[low]!) / (points.data[high]! - points.data[low]!);
    return cumulative[low]! + Math.min(1, Math.max(0, share)) * (cumulative[high]! - cumulative[low]!);
  };
}

it.each(lines)("draws of %s follow its distribution function", (_, { family, theta, nodes }) => {
  const eta = family.natural(theta);
  const x = family.sample(eta, fold(key, "law"), 20000).data;
  // Kolmogorov above 2.5 has chance 7.5e-6 for a true sample.
  expect(kolmogorov(x, cdfOf(family, eta, nodes))).toBeLessThan(2.5);
  const other = family.natural(theta.map((v, i) => (i === theta.length - 1 ? 1.2 * v : v)));
  expect(kolmogorov(x, cdfOf(family, other, nodes))).toBeGreaterThan(2.5);
});

it.each(discrete)("draws of %s follow its probabilities", (_, { family, theta, nodes }) => {
  const eta = family.natural(theta);
  const found = new Float64Array(nodes.logWeights.length);
  for (const k of family.sample(eta, fold(key, "law"), 20000).data) found[k] = found[k]! + 1;
  // Chance of a false alarm: 3e-6.
  expect(chiSquareScore(found, family.density(nodes.points, eta))).toBeLessThan(4.5);
  const other = eta.map((v, i) => (i === 0 ? v + 0.1 : v));
  expect(chiSquareScore(found, family.density(nodes.points, other))).toBeGreaterThan(4.5);
});

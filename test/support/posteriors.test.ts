/** The references themselves: by quadrature at two resolutions, by another program, and by weighted draws. */

import { describe, expect, it } from "vitest";
import type { Energy } from "../../src/energies/energy.js";
import type { Answer } from "../../src/experiments/posteriors/posterior.js";
import * as tables from "../../src/experiments/posteriors/tables.js";
import { importance, importanceMean } from "../../src/metrics/log-z/importance.js";
import { constant, input } from "../../src/ops/leaf.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import { rotation } from "../../src/random/rotation.js";
import { compile, evaluate } from "../../src/runtime/program.js";
import { cholesky, multiply } from "../../src/util/cholesky.js";
import { mapValues } from "../../src/util/records.js";
import { cast, type FloatTensor } from "../../src/util/tensor.js";
import { normalCdf } from "./goodness.js";
import { posteriors, quantityOf } from "./posteriors.js";
import { numbers } from "./tensors.js";

const energiesAt = async (energy: Energy, x: FloatTensor): Promise<number[]> =>
  numbers((await evaluate({ e: energy(constant(x)) })).e);
const schools = tables.eightSchools.data;
const named = (name: string) => posteriors.find((p) => p.name === name)!;

/** Weighted first and second moments of many quantities at once. */
function answersOf(
  names: readonly string[],
  nodes: Iterable<readonly [weight: number, first: number[], second: number[]]>,
) {
  let total = 0;
  const sums = names.map(() => [0, 0] as [number, number]);
  for (const [weight, first, second] of nodes) {
    total += weight;
    for (const [i, s] of sums.entries()) {
      s[0] += weight * first[i]!;
      s[1] += weight * second[i]!;
    }
  }
  return Object.fromEntries(
    names.map((name, i) => {
      const mean = sums[i]![0] / total;
      return [name, { mean, sd: Math.sqrt(sums[i]![1] / total - mean ** 2) }];
    }),
  ) as Record<string, Answer>;
}

function expectSame(a: Readonly<Record<string, Answer>>, b: Readonly<Record<string, Answer>>): void {
  for (const [name, { mean, sd }] of Object.entries(a)) {
    expect(Math.abs(mean - b[name]!.mean), name).toBeLessThan(1e-9);
    expect(Math.abs(sd - b[name]!.sd), name).toBeLessThan(1e-9);
  }
}

/** `log p(μ, η | y)` with the effects integrated out, up to a constant; and their law given (μ, η): means and variance. */
function givenScale(mu: number, eta: number) {
  const tau = Math.exp(eta);
  const variances = schools.errors.map((s) => s ** 2 + tau ** 2);
  const logDensity =
    eta - Math.log1p((tau / 5) ** 2) - mu ** 2 / 50 -
    schools.effects.reduce((s, y, j) => s + (y - mu) ** 2 / variances[j]! + Math.log(variances[j]!), 0) / 2; // biome-ignore format: a sum
  return {
    tau,
    logDensity,
    means: schools.effects.map((y, j) => (tau * (y - mu)) / variances[j]!),
    spreads: schools.errors.map((s, j) => s ** 2 / variances[j]!),
  };
}

/** The trapezoidal rule over `(μ, η)`; what is left out beyond the ends is below 1e-12. */
function* overSchools(points: number): Generator<readonly [number, number[], number[]]> {
  const at = (i: number, low: number, high: number): number => low + ((high - low) * i) / points;
  for (let i = 0; i <= points; i++)
    for (let j = 0; j <= points; j++) {
      const [mu, eta] = [at(i, -40, 50), at(j, -36, 9)];
      const { tau, logDensity, means, spreads } = givenScale(mu, eta);
      const thetas = means.map((m) => mu + tau * m);
      yield [
        Math.exp(logDensity + 30),
        [mu, eta, tau, ...means, ...thetas],
        [
          ...[mu, eta, tau].map((v) => v * v),
          ...means.map((m, k) => m * m + spreads[k]!),
          ...thetas.map((t, k) => t * t + tau * tau * spreads[k]!),
        ],
      ];
    }
}

describe("eight schools", () => {
  const eachSchool = (name: string) => schools.effects.map((_, j) => `${name}${j + 1}`);
  const names = ["mu", "logTau", "tau", ...eachSchool("effect"), ...eachSchool("theta")];

  it("has the answers of two grids and of another program", () => {
    const [coarse, fine] = [300, 420].map((n) => answersOf(names, overSchools(n))) as [
      Record<string, Answer>,
      Record<string, Answer>,
    ];
    expectSame(coarse, fine);
    expectSame(fine, tables.eightSchools.answers);
  });

  it("has an energy that is minus its log-density: marginal of (μ, log τ), and effects given them, to a constant", async () => {
    const x = normal(makeKey(41), [20, 10], "float64");
    for (let i = 0; i < 20; i++) x.data[10 * i]! *= 5;
    const energies = await energiesAt(named("eight schools").energy, x);
    const constants = energies.map((e, i) => {
      const [mu, eta, ...t] = x.data.subarray(10 * i, 10 * i + 10) as unknown as [number, number, ...number[]];
      const { logDensity, means, spreads } = givenScale(mu, eta);
      return (
        e + logDensity - t.reduce((s, v, j) => s + ((v - means[j]!) ** 2 / spreads[j]! + Math.log(spreads[j]!)) / 2, 0)
      );
    });
    for (const c of constants) expect(c).toBeCloseTo(constants[0]!, 10);
  });
});

/** `Σ log(1 + e^{±row·β}) + |β|²/2s²` and its derivatives in β. */
function logisticLoss(b: readonly number[]) {
  const { x, y, priorDeviation } = tables.logistic.data;
  const precision = priorDeviation ** -2;
  let value = (precision * b.reduce((s, v) => s + v * v, 0)) / 2;
  const gradient = b.map((v) => precision * v);
  const hessian = Float64Array.from({ length: 9 }, (_, k) => (k % 4 === 0 ? precision : 0));
  for (const [i, covariates] of x.entries()) {
    const row = [1, ...covariates];
    const logit = row.reduce((s, v, k) => s + v * b[k]!, 0);
    const p = 1 / (1 + Math.exp(-logit));
    value -= Math.log(y[i] === 1 ? p : 1 - p);
    for (const [k, v] of row.entries()) {
      gradient[k]! += (p - y[i]!) * v;
      for (const [l, w] of row.entries()) hessian[3 * k + l]! += p * (1 - p) * v * w;
    }
  }
  return { value, gradient, hessian };
}

/** `A⁻¹` of a positive definite `(3, 3)`, by its adjugate. */
function inverse3(a: Float64Array): Float64Array {
  const cofactor = (i: number, j: number): number => {
    const [r, s] = [0, 1, 2].filter((k) => k !== i) as [number, number];
    const [c, d] = [0, 1, 2].filter((k) => k !== j) as [number, number];
    return (-1) ** (i + j) * (a[3 * r + c]! * a[3 * s + d]! - a[3 * r + d]! * a[3 * s + c]!);
  };
  const determinant = [0, 1, 2].reduce((s, j) => s + a[j]! * cofactor(0, j), 0);
  return Float64Array.from({ length: 9 }, (_, k) => cofactor(k % 3, Math.floor(k / 3)) / determinant);
}

describe("logistic regression", () => {
  const names = ["b0", "b1", "b2"];
  let mode = [0, 0, 0];
  for (let round = 0; round < 30; round++) {
    const { gradient, hessian } = logisticLoss(mode);
    const step = inverse3(hessian);
    mode = mode.map((b, k) => b - gradient.reduce((s, g, l) => s + step[3 * k + l]! * g, 0));
  }
  const { value: least, hessian } = logisticLoss(mode);
  const factor = cholesky(inverse3(hessian), 3);

  /** The trapezoidal rule in the coordinates in which the mode is round, 8 standard deviations each way. */
  function* cube(points: number): Generator<readonly [number, number[], number[]]> {
    const at = (i: number): number => 8 * ((2 * i) / points - 1);
    for (let i = 0; i <= points; i++)
      for (let j = 0; j <= points; j++)
        for (let k = 0; k <= points; k++) {
          const offset = multiply(factor, [at(i), at(j), at(k)], 3);
          const b = mode.map((m, c) => m + offset[c]!);
          yield [Math.exp(least - logisticLoss(b).value), b, b.map((v) => v * v)];
        }
  }

  it("has the answers of two grids and of another program", () => {
    const [coarse, fine] = [20, 26].map((n) => answersOf(names, cube(n))) as [
      Record<string, Answer>,
      Record<string, Answer>,
    ];
    expectSame(coarse, fine);
    expectSame(fine, tables.logistic.answers);
  });

  it("has an energy that is minus its log-density", async () => {
    const x = normal(makeKey(42), [10, 3], "float64");
    const energies = await energiesAt(named("logistic regression").energy, x);
    for (const [i, e] of energies.entries())
      expect(e).toBeCloseTo(logisticLoss(Array.from(x.data.subarray(3 * i, 3 * i + 3))).value, 10);
  });
});

describe("rotated Gaussian", () => {
  it("has orthonormal axes", () => {
    const rows = rotation(makeKey(43), 20);
    for (const [i, a] of rows.entries())
      for (const [j, b] of rows.entries())
        expect(a.reduce((s, v, k) => s + v * b[k]!, 0)).toBeCloseTo(i === j ? 1 : 0, 13);
  });

  it("has an energy of half its radius squared, and a covariance that is no diagonal", async () => {
    const { energy, quantities } = named("rotated Gaussian");
    const x = normal(makeKey(44), [10, 20], "float64");
    const [radius, first] = [quantities.at(-1)!, quantities.find((q) => q.name === "x1")!];
    const energies = await energiesAt(energy, x);
    for (const [i, r] of quantityOf(radius, x).entries()) expect(energies[i]! / (r / 2)).toBeCloseTo(1, 12);
    // Were the axes those of the coordinates, the first would be 0.01 wide.
    expect(first.sd).toBeGreaterThan(0.05);
  });
});

/** Draws of a posterior's hand-set flow with their log-weights. */
async function weighted({ energy, proposal }: (typeof posteriors)[number], draws: number) {
  const { flow, flowParams } = proposal!;
  const noise = drawNoise(
    makeKey(45),
    mapValues(flow.noise(draws), (spec) => ({ ...spec, dtype: "float64" as const })),
  );
  const symbols = mapValues(noise, (t, name) => input(name, t.shape, t.dtype));
  const { x, logProb } = flow.sample(symbols, constant(cast(flowParams, "float64")));
  const program = await compile(symbols, { x, logProb, energy: energy(x) });
  const { x: points, ...values } = await program.run(noise);
  const [q, e] = [numbers(values.logProb!), numbers(values.energy!)];
  return { x: points as FloatTensor, logWeights: Float64Array.from(q, (v, i) => -e[i]! - v) };
}

describe.each(posteriors.filter((p) => p.proposal).map((p) => [p.name, p] as const))("%s", (_, posterior) => {
  it("has the answers of weighted draws from the flow near it, which is near but not it", async () => {
    const { x, logWeights } = await weighted(posterior, 40_000);
    const { effectiveSampleSize, pareto } = importance(logWeights);
    expect(pareto.k).toBeLessThan(0.7);
    expect(effectiveSampleSize / logWeights.length).toBeGreaterThan(0.05);
    expect(effectiveSampleSize / logWeights.length).toBeLessThan(0.99);
    for (const quantity of posterior.quantities) {
      const values = quantityOf(quantity, x);
      const squares = values.map((v) => (v - quantity.mean) ** 2);
      for (const [of, given, truth] of [
        ["mean", values, quantity.mean],
        ["variance", squares, quantity.sd ** 2],
      ] as const) {
        const { mean } = importanceMean({ logWeights, values: given });
        // 5 standard errors, 38 times: once in 4e4, were the seed not fixed.
        const score = (mean.value - truth) / mean.standardError!;
        expect(Math.abs(score), `${of} of ${quantity.name}: ${mean.value}, expected ${truth}`).toBeLessThan(5);
      }
    }
  });
});

it("starts no chain at the answer", () => {
  for (const { name, start, quantities } of posteriors) {
    const x = start(fold(makeKey(46), name), 64);
    expect(x.shape[0]).toBe(64);
    // Some quantity is further off in the mean than 64 exact draws would be, or more than half as wide again or as narrow.
    const off = quantities.some((quantity) => {
      const values = Array.from(quantityOf(quantity, x));
      const mean = values.reduce((s, v) => s + v, 0) / 64;
      const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 63);
      return (
        normalCdf(-Math.abs(mean - quantity.mean) / (quantity.sd / 8)) < 1e-4 ||
        Math.abs(Math.log(sd / quantity.sd)) > Math.log(1.5)
      );
    });
    expect(off, name).toBe(true);
  }
});

import { z } from "zod";
import { makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { cholesky, logDet, multiply, solveLower } from "../util/cholesky.js";
import { InputError, NumericError } from "../util/errors.js";
import { columnCovariance } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { type FamilyParts, type FitErrors, family } from "./family.js";
import type { Vector } from "./rows.js";

/** Mean, covariance `(d, d)` and its lower factor. */
interface Law {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly factor: Float64Array;
}

/** Pairs `i ≥ j` of the lower triangle, row by row. */
const trianglePairs = (d: number): (readonly [number, number])[] =>
  Array.from({ length: d }, (_, i) => Array.from({ length: i + 1 }, (_, j) => [i, j] as const)).flat();

/** A symmetric matrix of numbers at the pairs of its lower triangle. */
function symmetric(d: number, values: readonly number[]): Float64Array {
  const full = new Float64Array(d * d);
  for (const [k, [i, j]] of trianglePairs(d).entries()) {
    full[i * d + j] = values[k]!;
    full[j * d + i] = values[k]!;
  }
  return full;
}

/** `L⁻¹`, row-major, of a lower factor. */
function invertLower(l: Float64Array, d: number): Float64Array {
  const inverse = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    const unit = new Float64Array(d);
    unit[j] = 1;
    for (const [i, v] of solveLower(l, unit, d).entries()) inverse[i * d + j] = v;
  }
  return inverse;
}

/** The inverse of a positive definite matrix: `L⁻ᵀ L⁻¹`. */
function inverse(a: Float64Array, d: number): Float64Array {
  const l = invertLower(cholesky(a, d, "matrix"), d);
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) out[i * d + j]! += l[k * d + i]! * l[k * d + j]!;
  return out;
}

const times = (a: Float64Array, x: ArrayLike<number>, d: number): Float64Array =>
  Float64Array.from({ length: d }, (_, i) => Array.from(x).reduce((s, v, k) => s + a[i * d + k]! * v, 0));

/** `−2` times the quadratic part: the precision. */
const precisionOf = (eta: Vector, d: number): Float64Array =>
  symmetric(
    d,
    trianglePairs(d).map(([i, j], k) => (i === j ? -2 : -1) * eta[d + k]!),
  );

function lawOf(eta: Vector, d: number): Law {
  const covariance = inverse(precisionOf(eta, d), d);
  const mean = times(covariance, Array.from(eta).slice(0, d), d);
  return { mean, covariance, factor: cholesky(covariance, d, "covariance") };
}

function naturalOf(mean: ArrayLike<number>, covariance: Float64Array, d: number): number[] {
  const precision = inverse(covariance, d);
  return [
    ...times(precision, mean, d),
    ...trianglePairs(d).map(([i, j]) => (i === j ? -0.5 : -1) * precision[i * d + j]!),
  ];
}

/** Why a matrix is no covariance or precision; `null` where it is one. */
function refuseMatrix(what: string, a: Float64Array, d: number): string | null {
  try {
    cholesky(a, d, what);
    return null;
  } catch (error) {
    if (error instanceof NumericError) return error.message;
    throw error;
  }
}

function fromMoments(mean: ArrayLike<number>, covariance: Float64Array, d: number): number[] {
  const reason = refuseMatrix("covariance of the rows", covariance, d);
  if (reason) throw new InputError(`${reason}; the likelihood has no maximum`);
  return naturalOf(mean, covariance, d);
}

/** `Cov[T]` of the coordinates and their products, from Isserlis' theorem. */
function statisticCovariance({ mean, covariance }: Law, d: number): number[] {
  const c = (i: number, j: number): number => covariance[i * d + j]!;
  const pairs = trianglePairs(d);
  const singles = Array.from({ length: d }, (_, i) => [i] as const);
  const all: readonly (readonly number[])[] = [...singles, ...pairs];
  const mixed = (k: number, [i, j]: readonly number[]): number => mean[i!]! * c(k, j!) + mean[j!]! * c(k, i!);
  return all.flatMap((a) =>
    all.map((b) => {
      if (a.length === 1 && b.length === 1) return c(a[0]!, b[0]!);
      if (a.length === 1) return mixed(a[0]!, b);
      if (b.length === 1) return mixed(b[0]!, a);
      const [[i, j], [k, l]] = [a, b] as unknown as readonly [readonly [number, number], readonly [number, number]];
      return c(i, k) * c(j, l) + c(i, l) * c(j, k) + mean[i]! * mixed(j, b) + mean[j]! * mixed(i, b);
    }),
  );
}

/**
 * Standard errors of the fit to `n` rows. A covariance estimate has variance `(Aᵢᵢ Aⱼⱼ + Aᵢⱼ²)/n`, and to first order so
 * has its inverse; `P μ` with precision P has `(Pᵢᵢ (1 + μᵀ P μ) + (P μ)ᵢ²)/n`.
 */
function errorsOf({ mean, covariance }: Law, precision: Float64Array, n: number): FitErrors {
  const d = mean.length;
  const pairs = trianglePairs(d);
  const ofMatrix = (a: Float64Array): number[] =>
    pairs.map(([i, j]) => Math.sqrt((a[i * d + i]! * a[j * d + j]! + a[i * d + j]! ** 2) / n));
  const first = times(precision, mean, d);
  const size = mean.reduce((s, v, i) => s + v * first[i]!, 0);
  return {
    natural: [
      ...Array.from(first, (h, i) => Math.sqrt((precision[i * d + i]! * (1 + size) + h ** 2) / n)),
      ...ofMatrix(precision).map((e, k) => (pairs[k]![0] === pairs[k]![1] ? e / 2 : e)),
    ],
    usual: [...Array.from(mean, (_, i) => Math.sqrt(covariance[i * d + i]! / n)), ...ofMatrix(covariance)],
  };
}

/** `−log N(x; μ, Σ)` as an energy: normalised, with exact draws. */
function energyOf({ mean, factor }: Law, d: number) {
  const inverse = invertLower(factor, d);
  const offset = 0.5 * logDet(factor, d) + (d / 2) * Math.log(2 * Math.PI);
  const host = (data: Float64Array, shape: readonly number[], { dtype }: Expr): Expr =>
    cast(constant(tensor(data, shape)), dtype);
  return makeEnergy({
    event: [d],
    energy(x) {
      const white = matmul(sub(x, host(mean, [d], x)), host(inverse, [d, d], x), { transposeB: true });
      return add(mul(0.5, sum(square(white), 1)), offset);
    },
    exact: { logZ: 0, sample: (key, n) => tensor(drawn({ mean, factor }, d, key, n), [n, d]) },
  });
}

function drawn({ mean, factor }: Pick<Law, "mean" | "factor">, d: number, key: Key, n: number): Float64Array {
  const z = normal(key, [n, d], "float64").data;
  const x = new Float64Array(n * d);
  for (let row = 0; row < n; row++) {
    const own = multiply(factor, z.subarray(row * d, (row + 1) * d), d);
    for (let i = 0; i < d; i++) x[row * d + i] = mean[i]! + own[i]!;
  }
  return x;
}

/**
 * `N(μ, Σ)` in d coordinates. Parameters are μ, then the lower triangle of Σ row by row: `Σ₀₀, Σ₁₀, Σ₁₁, …`.
 * `T` is x, then `xᵢ xⱼ` for `i ≥ j`; η is `Σ⁻¹ μ`, then `−½ Σ⁻¹ᵢᵢ` and `−Σ⁻¹ᵢⱼ`; `A = ½ μᵀ Σ⁻¹ μ + ½ log det Σ`, and
 * `h = (2π)^{−d/2}`. The likelihood is largest at the rows' mean and their covariance about it, divided by n.
 */
export const multivariateNormal = family({
  name: "multivariate-normal",
  about: "The normal law of several coordinates, by its mean and covariance.",
  options: z.object({ dimension: z.number().int().min(1).default(2).describe("d, coordinates of a point") }),
  build: ({ dimension }) => partsOf(dimension),
});

function partsOf(d: number): FamilyParts {
  const pairs = trianglePairs(d);
  const coordinates = Array.from({ length: d }, (_, i) => i);
  const triangle = (theta: Vector): Float64Array => symmetric(d, Array.from(theta).slice(d));
  const whitened = (x: Vector, { mean, factor }: Law): Float64Array =>
    solveLower(
      factor,
      coordinates.map((i) => x[i]! - mean[i]!),
      d,
    );
  return {
    size: d,
    parameters: [...coordinates.map((i) => `mean[${i}]`), ...pairs.map(([i, j]) => `covariance[${i}][${j}]`)],
    statisticNames: [...coordinates.map((i) => `x[${i}]`), ...pairs.map(([i, j]) => `x[${i}] x[${j}]`)],
    fewest: d + 1,
    refuseParameters: (theta) => refuseMatrix("covariance", triangle(theta), d),
    refuseNatural: (eta) => refuseMatrix("−2 times the quadratic natural parameters", precisionOf(eta, d), d),
    refusePoint: () => null,
    natural: (theta) => naturalOf(Array.from(theta).slice(0, d), triangle(theta), d),
    usual(eta) {
      const { mean, covariance } = lawOf(eta, d);
      return [...mean, ...pairs.map(([i, j]) => covariance[i * d + j]!)];
    },
    statistics: (x) => [...coordinates.map((i) => x[i]!), ...pairs.map(([i, j]) => x[i]! * x[j]!)],
    logBase: () => -(d / 2) * Math.log(2 * Math.PI),
    logPartition(eta) {
      const { mean, factor } = lawOf(eta, d);
      return 0.5 * (mean.reduce((s, v, i) => s + v * eta[i]!, 0) + logDet(factor, d));
    },
    mean(eta) {
      const { mean, covariance } = lawOf(eta, d);
      return [...mean, ...pairs.map(([i, j]) => covariance[i * d + j]! + mean[i]! * mean[j]!)];
    },
    covariance: (eta) => statisticCovariance(lawOf(eta, d), d),
    fromMean(mu) {
      const second = triangle(mu);
      const covariance = second.map((v, k) => v - mu[Math.floor(k / d)]! * mu[k % d]!);
      return fromMoments(Array.from(mu).slice(0, d), covariance, d);
    },
    fitRows(points) {
      const { mean, covariance } = columnCovariance(
        points.flatMap((x) => Array.from(x)),
        d,
      );
      return fromMoments(mean, covariance, d);
    },
    errors: (eta, n) => errorsOf(lawOf(eta, d), precisionOf(eta, d), n),
    logProb(eta) {
      const law = lawOf(eta, d);
      const offset = logDet(law.factor, d) + d * Math.log(2 * Math.PI);
      return (x) => -0.5 * (whitened(x, law).reduce((s, v) => s + v * v, 0) + offset);
    },
    score(eta) {
      const { mean } = lawOf(eta, d);
      const precision = precisionOf(eta, d);
      const offset = (x: Vector): number[] => coordinates.map((i) => mean[i]! - x[i]!);
      return (x) => Array.from(times(precision, offset(x), d));
    },
    draw: (eta, key, n) => drawn(lawOf(eta, d), d, key, n),
    energy: (eta) => energyOf(lawOf(eta, d), d),
  };
}

/** Exponential families: `p(x) = h(x) exp(η · T(x) − A(η))`, with everything that A tells about them. Host arrays. */

import type { z } from "zod";
import type { Energy } from "../energies/energy.js";
import type { Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { callable, type Declaration, parseOptions } from "../util/options.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { deltaErrors, inverseRoots } from "./errors-of-fit.js";
import { rowsOf, type Vector } from "./rows.js";

/** What one family is, of natural parameters that are known to be valid and of points that lie in its support. */
export interface FamilyParts {
  /** Numbers of one point, d. */
  readonly size: number;
  /** The usual parameters by name, in order. */
  readonly parameters: readonly string[];
  /** The sufficient statistics by name, in order: as many as natural parameters. */
  readonly statisticNames: readonly string[];
  /** Rows that a fit needs at least. */
  readonly fewest: number;
  /** What is wrong with usual parameters; `null` when they are valid. */
  refuseParameters(theta: Vector): string | null;
  /** What is wrong with natural parameters; `null` when they are valid. */
  refuseNatural(eta: Vector): string | null;
  /** What is wrong with a point; `null` when it lies in the support. */
  refusePoint(x: Vector): string | null;
  natural(theta: Vector): number[];
  usual(eta: Vector): number[];
  /** `T(x)`. */
  statistics(x: Vector): number[];
  /** `log h(x)`. */
  logBase(x: Vector): number;
  /** `A(η)`. */
  logPartition(eta: Vector): number;
  /** `∇A(η) = E[T]`. */
  mean(eta: Vector): number[];
  /** `∇²A(η) = Cov[T]`, `(m, m)` row-major. */
  covariance(eta: Vector): number[];
  /** The η with `∇A(η) = μ`. @throws InputError where there is none: the likelihood has no maximum. */
  fromMean(mu: Vector): number[];
  /** `∇ log p(x)` at η, where points are continuous. */
  score?(eta: Vector): (x: Vector) => number[];
  /** `log p(x)`, where `η · T(x) − A(η)` would cancel. */
  logProb?(eta: Vector): (x: Vector) => number;
  /** The likelihood's maximum, where means of T would lose digits. @throws InputError as `fromMean`. */
  fitRows?(points: readonly Vector[]): number[];
  /** Standard errors of the fit to `n` rows, where they have a closed form. */
  errors?(eta: Vector, n: number): FitErrors;
  /** `n` independent points, row-major. */
  draw(eta: Vector, key: Key, n: number): Float64Array;
  /** `−log p` where every point is real. */
  energy?(eta: Vector): Energy;
}

/** Standard errors of estimates of the natural and of the usual parameters. */
export interface FitErrors {
  readonly natural: ArrayLike<number>;
  readonly usual: readonly number[];
}

/** A maximum-likelihood fit. */
export interface FamilyFit {
  readonly parameters: Readonly<Record<string, number>>;
  /** Standard errors of the parameters by name: from the Fisher information, by the delta method. */
  readonly standardErrors: Readonly<Record<string, number>>;
  /** η. */
  readonly natural: Float64Array;
  /** Standard errors of η. */
  readonly naturalErrors: Float64Array;
  /** `Σ log p(xᵢ)` at the maximum, in nats. */
  readonly logLikelihood: number;
  readonly rows: number;
}

/**
 * An exponential family. Points are rows `(n, d)`, or `(n)` where d is 1. Densities are with respect to length, area, …
 * for continuous points and counting for discrete ones. Every function throws InputError for parameters out of range,
 * for points outside the support, and for numbers that are not finite, and says which.
 */
export interface Family {
  readonly name: string;
  readonly size: number;
  readonly parameters: readonly string[];
  readonly statisticNames: readonly string[];
  /** Natural parameters η of the usual ones. */
  natural(theta: Vector): Float64Array;
  /** The usual parameters of η. */
  usual(eta: Vector): Float64Array;
  /** `T(x)`, `(n, m)`. */
  statistics(x: FloatTensor): Tensor<Float64Array>;
  /** `A(η) = log ∫ h(x) exp(η · T(x)) dx`. */
  logPartition(eta: Vector): number;
  /** Mean parameters `∇A(η) = E[T]`. */
  mean(eta: Vector): Float64Array;
  /** η of mean parameters. @throws InputError for those that no η has. */
  fromMean(mu: Vector): Float64Array;
  /** Fisher information of one point about η, `∇²A(η) = Cov[T]`, `(m, m)`. */
  information(eta: Vector): Tensor<Float64Array>;
  /** `log p(x; η)`, `(n)`. */
  logProb(x: FloatTensor, eta: Vector): Float64Array;
  /** `p(x; η)`, `(n)`. */
  density(x: FloatTensor, eta: Vector): Float64Array;
  /** `∇ log p(x; η)`, `(n, d)`, where points are continuous. */
  score?(x: FloatTensor, eta: Vector): Tensor<Float64Array>;
  /** `n` independent draws `(n, d)`; a longer draw begins with the shorter one. */
  sample(eta: Vector, key: Key, n: number): Tensor<Float64Array>;
  /**
   * Maximum likelihood: the η whose mean parameters are the means of T over the rows.
   * @throws InputError for too few rows, and where the likelihood has no maximum.
   */
  fit(x: FloatTensor): FamilyFit;
  /** `−log p(x; η)`: normalised, with exact draws; where every point is real. */
  energy?(eta: Vector): Energy;
}

/** Make a family from its parts; what users give is checked. */
export function makeFamily(name: string, parts: FamilyParts): Family {
  const { size, parameters, statisticNames, score, energy } = parts;
  const what = `family ${name}`;
  const m = statisticNames.length;
  const vector = (kind: string, given: Vector, length: number, refuse: (v: Vector) => string | null): Vector => {
    if (given.length !== length)
      throw new InputError(`${what}: ${given.length} ${kind} parameters; expected ${length}`);
    const bad = Array.from(given).findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new InputError(`${what}: ${kind} parameter ${bad} is ${given[bad]}; expected a finite number`);
    const reason = refuse(given);
    if (reason) throw new InputError(`${what}: ${reason}`);
    return given;
  };
  const valid = (eta: Vector): Vector => vector("natural", eta, m, parts.refuseNatural);
  const rows = (x: FloatTensor): Float64Array[] => rowsOf(what, x, size, parts.refusePoint);
  const logProbs = (points: readonly Float64Array[], eta: Vector): Float64Array => {
    if (parts.logProb) return Float64Array.from(points, parts.logProb(eta));
    const a = parts.logPartition(eta);
    return Float64Array.from(points, (x) => parts.logBase(x) + dot(eta, parts.statistics(x)) - a);
  };
  const solved = (solve: () => readonly number[]): Float64Array => {
    try {
      return Float64Array.from(solve());
    } catch (error) {
      if (error instanceof InputError) throw new InputError(`${what}: ${error.message}`, [], { cause: error });
      throw error;
    }
  };
  const maximum = (points: readonly Float64Array[]): Float64Array =>
    solved(() => (parts.fitRows ? parts.fitRows(points) : parts.fromMean(meanStatistics(parts, points))));
  const table = (lists: readonly (readonly number[])[], width: number): Tensor<Float64Array> =>
    tensor(Float64Array.from(lists.flat()), [lists.length, width]);
  const density = (x: FloatTensor, eta: Vector): Float64Array => logProbs(rows(x), valid(eta)).map(Math.exp);
  return {
    name,
    size,
    parameters,
    statisticNames,
    natural: (theta) =>
      Float64Array.from(parts.natural(vector("usual", theta, parameters.length, parts.refuseParameters))),
    usual: (eta) => Float64Array.from(parts.usual(valid(eta))),
    statistics: (x) => table(rows(x).map(parts.statistics), m),
    logPartition: (eta) => parts.logPartition(valid(eta)),
    mean: (eta) => Float64Array.from(parts.mean(valid(eta))),
    fromMean(mu) {
      const given = vector("mean", mu, m, () => null);
      return solved(() => parts.fromMean(given));
    },
    information: (eta) => tensor(Float64Array.from(parts.covariance(valid(eta))), [m, m]),
    logProb: (x, eta) => logProbs(rows(x), valid(eta)),
    density,
    sample(eta, key, n) {
      if (!Number.isInteger(n) || n < 0) throw new InputError(`${what}: cannot draw ${n} points; give a whole number`);
      return tensor(parts.draw(valid(eta), key, n), [n, size]);
    },
    fit(x) {
      const points = rows(x);
      if (points.length < parts.fewest)
        throw new InputError(`${what}: ${points.length} rows to fit; expected at least ${parts.fewest}`);
      const eta = maximum(points);
      return fitAt(parts, eta, points.length, logProbs(points, eta));
    },
    ...(score
      ? {
          score: (x: FloatTensor, eta: Vector) => table(rows(x).map(score(valid(eta))), size),
        }
      : {}),
    ...(energy ? { energy: (eta: Vector) => energy(valid(eta)) } : {}),
  };
}

const dot = (a: Vector, b: readonly number[]): number => b.reduce((s, v, i) => s + a[i]! * v, 0);

/** Means of T over rows. */
function meanStatistics({ statistics, statisticNames }: FamilyParts, points: readonly Vector[]): Float64Array {
  const mu = new Float64Array(statisticNames.length);
  for (const x of points) for (const [i, t] of statistics(x).entries()) mu[i] = mu[i]! + t / points.length;
  return mu;
}

/** From the Fisher information and, for the usual parameters, the delta method. */
function informationErrors({ covariance, usual }: FamilyParts, natural: Float64Array, n: number): FitErrors {
  const inverse = inverseRoots(covariance(natural), natural.length, n);
  return { natural: inverse.roots, usual: deltaErrors(usual, natural, inverse.covariance) };
}

/** What is said of the maximum of the likelihood of `n` rows. */
function fitAt(parts: FamilyParts, natural: Float64Array, n: number, logProbs: Float64Array): FamilyFit {
  const errors = parts.errors?.(natural, n) ?? informationErrors(parts, natural, n);
  const byName = (values: readonly number[]): Record<string, number> =>
    Object.fromEntries(parts.parameters.map((name, i) => [name, values[i]!]));
  return {
    parameters: byName(parts.usual(natural)),
    standardErrors: byName(errors.usual),
    natural,
    naturalErrors: Float64Array.from(errors.natural),
    logLikelihood: logProbs.reduce((s, v) => s + v, 0),
    rows: n,
  };
}

export interface FamilyDeclaration<Options extends z.ZodObject = z.ZodObject> extends Declaration<Options> {
  /** @throws InputError naming the option that is wrong. */
  (options?: z.input<Options>): Family;
}

/** Declare a family. */
export function family<Options extends z.ZodObject>(
  declaration: Declaration<Options> & { build(options: z.output<Options>): FamilyParts },
): FamilyDeclaration<Options> {
  const { build, ...facts } = declaration;
  return callable(
    (options?: z.input<Options>) =>
      makeFamily(facts.name, build(parseOptions(`family ${facts.name}`, facts.options, options))),
    facts,
  );
}

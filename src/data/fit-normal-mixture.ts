/** A mixture of Gaussians fitted to rows: what a density of a table has to beat, and what a flow may stand on. */

import { fold, type Key } from "../random/key.js";
import { cholesky, logDet, lowerInverse, multiply } from "../util/cholesky.js";
import { InputError, ShapeError } from "../util/errors.js";
import { columnCovariance } from "../util/moments.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { kMeans, nearestCentres } from "./k-means.js";
import { logSumExp } from "./mixture.js";
import type { NormalCloud } from "./normal-mixture.js";

export interface MixtureFitOptions {
  readonly components: number;
  /** Rows that the prior of each covariance counts for, 1 unless said. */
  readonly strength?: number | undefined;
  /** Starts, of which the one with the largest objective after some steps is kept; 1 unless said. */
  readonly starts?: number | undefined;
  /** Steps at most, 200 unless said, and the gain of the objective a row below which they end, 1e-4 unless said. */
  readonly steps?: number | undefined;
  readonly tolerance?: number | undefined;
  /** Clouds to start from instead of at rows; then there is one start. */
  readonly from?: readonly NormalCloud[] | undefined;
  readonly key: Key;
}

export interface MixtureFit {
  readonly clouds: readonly NormalCloud[];
  /** Of the rows it was fitted to, in nats a row. */
  readonly logLikelihood: number;
  /** The log-likelihood and the logarithm of the prior, over the rows, after each step; it never falls. */
  readonly objective: readonly number[];
  /** Whether it ended by itself. */
  readonly converged: boolean;
}

/** Parameters of `K` clouds, packed: weights `(K)`, means `(K, d)`, lower Cholesky factors of covariances `(K, d, d)`. */
interface Clouds {
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly lowers: readonly Float64Array[];
}

/** Which rows are whose: the shares of clouds `(n, K)`, and the cloud of the largest share of each row. */
interface Shares {
  readonly of: Float64Array;
  readonly most: Int32Array;
}

/** Rows, with what the prior of a covariance is made of. */
interface Fitted {
  readonly x: ArrayLike<number>;
  readonly n: number;
  readonly d: number;
  /** `(d, d)`: the scatter that one row of the prior brings. */
  readonly prior: Float64Array;
  /** `(d)`: what squared distances of a column are divided by. */
  readonly variances: Float64Array;
  readonly strength: number;
}

/**
 * `p(x) = Σ_k w_k N(x; m_k, C_k)` by expectation–maximisation in the log domain, from k-means++ seeds.
 *
 * Each covariance has a prior as if `strength` rows more had been seen in it, scattered as all rows are but with
 * `K^{−2/d}` of their covariance, as that of one of K equal parts: `C_k = (S_k + s Λ)/(n_k + s)`, which no cloud on too
 * few rows can escape. What is climbed is `Σ_i log p(x_i) − (s/2) Σ_k (log det C_k + tr Λ C_k⁻¹)`.
 * Source: Dempster, Laird & Rubin (1977); Arthur & Vassilvitskii (2007); Fraley & Raftery (2007) for the prior.
 * @param rows `(n, d)`.
 * @throws InputError for counts that make no fit, NumericError naming a column that is constant or a combination of
 * the columns before it, ShapeError for anything but rows.
 */
export function fitNormalMixture(rows: FloatTensor, options: MixtureFitOptions): MixtureFit {
  const { components, strength = 1, starts = 1, key } = options;
  const [n, d] = rows.shape;
  if (rows.shape.length !== 2 || !n || !d)
    throw new ShapeError(`fitNormalMixture: expected rows (n, d), got ${showShape(rows.shape)}`);
  if (!Number.isInteger(components) || components < 1 || components > n)
    throw new InputError(`fitNormalMixture: ${components} components for ${n} rows; expected 1 to ${n}`);
  if (!(strength > 0)) throw new InputError(`fitNormalMixture: strength is ${strength}; expected a positive number`);
  const { covariance } = columnCovariance(rows.data, d);
  cholesky(covariance, d, "fitNormalMixture");
  const prior = covariance.map((v) => v * components ** (-2 / d));
  const variances = Float64Array.from({ length: d }, (_, j) => covariance[j * d + j]!);
  const fitted: Fitted = { x: rows.data, n, d, prior, variances, strength };
  if (options.from || starts === 1) return climb(fitted, options, fold(key, 0));
  const tried = Array.from({ length: starts }, (_, start) =>
    climb(fitted, { ...options, steps: TRIED }, fold(key, start)),
  );
  const best = tried.reduce((a, fit) => (fit.objective.at(-1)! > a.objective.at(-1)! ? fit : a));
  return climb(fitted, { ...options, from: best.clouds }, key);
}

/** Steps after which starts are compared (Biernacki, Celeux & Govaert 2003). */
const TRIED = 10;

function climb(
  fitted: Fitted,
  { components, steps = 200, tolerance = 1e-4, from }: MixtureFitOptions,
  key: Key,
): MixtureFit {
  const { n, d } = fitted;
  const K = from?.length ?? components;
  const shares: Shares = { of: new Float64Array(n * K), most: new Int32Array(n) };
  // Each row belongs to its nearest centre at first.
  if (!from) nearestShares(fitted, kMeans(fitted, K, key), shares);
  const objective: number[] = [];
  let clouds = from ? pack(from, d) : maximise(fitted, shares, K);
  let logLikelihood = 0;
  for (let step = 0; step < steps; step++) {
    logLikelihood = expect(fitted, clouds, shares) / n;
    objective.push(logLikelihood + logPrior(fitted, clouds) / n);
    const gain = objective.length < 2 ? Number.POSITIVE_INFINITY : objective.at(-1)! - objective.at(-2)!;
    if (gain < tolerance) return { clouds: unpack(clouds, d), logLikelihood, objective, converged: true };
    if (step + 1 < steps) clouds = maximise(fitted, shares, K);
  }
  return { clouds: unpack(clouds, d), logLikelihood, objective, converged: false };
}

/** All of a row for its nearest centre. */
function nearestShares(fitted: Fitted, centres: Float64Array, { of, most }: Shares): void {
  nearestCentres(fitted, centres, most);
  const K = centres.length / fitted.d;
  for (const [i, k] of most.entries()) of[i * K + k] = 1;
}

/** Weights, means and covariances of the rows by their shares; the prior keeps a covariance of hardly any rows. */
function maximise({ x, n, d, prior, strength }: Fitted, { of: shares }: Shares, K: number): Clouds {
  const counts = new Float64Array(K);
  const means = new Float64Array(K * d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < K; k++) {
      const share = shares[i * K + k]!;
      if (share === 0) continue;
      counts[k]! += share;
      for (let j = 0; j < d; j++) means[k * d + j]! += share * x[i * d + j]!;
    }
  for (let k = 0; k < K; k++) for (let j = 0; j < d; j++) means[k * d + j]! /= Math.max(counts[k]!, Number.MIN_VALUE);
  const scatters = Array.from({ length: K }, () => prior.map((v) => strength * v));
  const r = new Float64Array(d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < K; k++) {
      const share = shares[i * K + k]!;
      if (share === 0) continue;
      const scatter = scatters[k]!;
      for (let j = 0; j < d; j++) r[j] = x[i * d + j]! - means[k * d + j]!;
      for (let a = 0; a < d; a++) {
        const scaled = share * r[a]!;
        for (let b = 0; b <= a; b++) scatter[a * d + b]! += scaled * r[b]!;
      }
    }
  const lowers = scatters.map((scatter, k) => {
    const count = counts[k]! + strength;
    for (let j = 0; j < scatter.length; j++) scatter[j]! /= count;
    return cholesky(scatter, d, `fitNormalMixture: component ${k}`);
  });
  return { weights: counts.map((c) => c / n), means, lowers };
}

/** A term so many nats below another one of its row is none: what is left out is below rounding. */
const NOTHING = 40;

/** The shares of clouds in each row, in place, and the log-likelihood of all rows. */
function expect({ x, n, d }: Fitted, { weights, means, lowers }: Clouds, { of: shares, most }: Shares): number {
  const K = weights.length;
  const constants = lowers.map((l, k) => Math.log(weights[k]!) - 0.5 * (logDet(l, d) + d * Math.log(2 * Math.PI)));
  // z = L⁻¹ x − L⁻¹ m, entry by entry without waiting for the ones before.
  const whitens = lowers.map((l) => lowerInverse(l, d));
  const shifts = whitens.map((w, k) => multiply(w, means.subarray(k * d, (k + 1) * d), d));
  const terms = new Float64Array(K);
  /** The logarithm of what cloud `k` has in row `i`; −∞ as soon as it is known to be below what counts. */
  const term = (i: number, k: number, least: number): number => {
    const [w, shift, constant] = [whitens[k]!, shifts[k]!, constants[k]!];
    let square = 0;
    for (let a = 0; a < d; a++) {
      let z = -shift[a]!;
      for (let b = 0; b <= a; b++) z += w[a * d + b]! * x[i * d + b]!;
      square += z * z;
      if (constant - 0.5 * square < least) return Number.NEGATIVE_INFINITY;
    }
    return constant - 0.5 * square;
  };
  let total = 0;
  for (let i = 0; i < n; i++) {
    const own = most[i]!;
    const first = term(i, own, Number.NEGATIVE_INFINITY);
    terms[own] = first;
    for (let k = 0; k < K; k++) {
      if (k !== own) terms[k] = term(i, k, first - NOTHING);
      if (terms[k]! > terms[most[i]!]!) most[i] = k;
    }
    const all = logSumExp(terms);
    total += all;
    for (let k = 0; k < K; k++) {
      // A share that could not be told from zero costs as much as one that counts.
      const share = Math.exp(terms[k]! - all);
      shares[i * K + k] = share < 1e-12 ? 0 : share;
    }
  }
  return total;
}

/** `−(s/2) Σ_k (log det C_k + tr Λ C_k⁻¹)`. */
function logPrior({ d, prior, strength }: Fitted, { lowers }: Clouds): number {
  const root = cholesky(prior, d, "fitNormalMixture");
  return lowers.reduce((sum, l) => sum - (strength / 2) * (logDet(l, d) + squaredNorm(l, root, d)), 0);
}

/** `tr Λ C⁻¹ = |L⁻¹ R|²` for `C = L Lᵀ` and `Λ = R Rᵀ`, column by column. */
function squaredNorm(l: Float64Array, root: Float64Array, d: number): number {
  let total = 0;
  const z = new Float64Array(d);
  for (let column = 0; column < d; column++)
    for (let a = 0; a < d; a++) {
      let s = root[a * d + column]!;
      for (let b = 0; b < a; b++) s -= l[a * d + b]! * z[b]!;
      z[a] = s / l[a * d + a]!;
      total += z[a]! * z[a]!;
    }
  return total;
}

/** Clouds as they are fitted. */
const pack = (clouds: readonly NormalCloud[], d: number): Clouds => ({
  weights: Float64Array.from(clouds, ({ weight }) => weight),
  means: Float64Array.from(clouds.flatMap(({ mean }) => mean)),
  lowers: clouds.map(({ covariance }) =>
    cholesky(Float64Array.from((covariance as readonly number[][]).flat()), d, "fitNormalMixture"),
  ),
});

/** Clouds as data sets are made of, those without any weight left out. */
function unpack({ weights, means, lowers }: Clouds, d: number): NormalCloud[] {
  return lowers.flatMap((l, k) => {
    const row = (i: number, j: number): number => {
      let s = 0;
      for (let m = 0; m <= Math.min(i, j); m++) s += l[i * d + m]! * l[j * d + m]!;
      return s;
    };
    const indices = Array.from({ length: d }, (_, i) => i);
    return weights[k]! > 0
      ? [
          {
            weight: weights[k]!,
            mean: Array.from(means.subarray(k * d, (k + 1) * d)),
            covariance: indices.map((i) => indices.map((j) => row(i, j))),
          },
        ]
      : [];
  });
}

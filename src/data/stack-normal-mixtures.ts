/** Mixtures of several numbers of clouds and strengths of the prior, weighted by what they say of rows left out. */

import { permutation } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { InputError, NumericError } from "../util/errors.js";
import { mean } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import { fitNormalMixture, type MixtureFitOptions } from "./fit-normal-mixture.js";
import { type NormalCloud, normalMixture } from "./normal-mixture.js";
import { takeRows } from "./take-rows.js";

/** One mixture of a stack: how it is fitted, and its weight among the others. */
export interface StackedMixture {
  readonly components: number;
  readonly strength: number;
  readonly weight: number;
}

export interface MixtureStackOptions {
  /** Numbers of components that are tried, from the fewest up, until two in a row are no better or there are more than rows for the columns; left out: 1 to 64. */
  readonly components?: readonly number[] | undefined;
  /** Strengths of the prior that are tried; left out: 0.1, 1, d/2 and 2d rows. */
  readonly strengths?: readonly number[] | undefined;
  /** Parts that the rows are cut into, each left out once; unless said 5, or 2 of more than 4,096 rows. */
  readonly folds?: number | undefined;
  readonly key: Key;
}

/** What one way of fitting gave on rows that were left out. */
export interface MixtureTrial {
  readonly components: number;
  readonly strength: number;
  /** Nats a row, of the rows that were left out, each by the fit that had not seen it. */
  readonly logLikelihood: number;
}

export interface MixtureStack {
  readonly members: readonly StackedMixture[];
  /** Of the stack, on the rows left out; its weights were chosen by them. */
  readonly logLikelihood: number;
  readonly trials: readonly MixtureTrial[];
}

/** Numbers of components that are tried unless said. */
export const componentLadder: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64];

/** How far a fit that is only tried is taken. */
const ROUGHLY = { steps: 100, tolerance: 1e-3 };

/** Numbers of components in a row that may be no better before no larger ones are tried. */
const PATIENCE = 2;

/** Rows that trials are made with at most: of more, the first so many in a random order. */
const ROWS = 8192;

/** Rows of which more are halved instead of cut into five. */
const MANY = 4096;

/** Rows that a fit is made with at most, before a few steps with all. */
const FITTED = 16_384;

/** Those steps: with so many rows the fit to some of them is all but the fit to all. */
const WITH_ALL = { steps: 5, tolerance: 1e-5 };

/** A member of less weight is none. */
const LEAST = 0.05;

/** What is left where no fit to a part of the rows has a density, since a single row makes up all of a column's spread. */
const ONE = { members: [{ components: 1, strength: 1, weight: 1 }], logLikelihood: Number.NEGATIVE_INFINITY };

/** A trial with the log-density of every row by the fit that had not seen it. */
interface Tried extends MixtureTrial {
  readonly logDensity: Float64Array;
}

interface Fold {
  readonly train: FloatTensor;
  readonly test: FloatTensor;
  readonly rows: readonly number[];
}

/**
 * How to fit the density `Σ_m w_m p_m(x)` of mixtures `p_m` with other numbers of components and strengths of the prior, by
 * rows left out: weights w that are most likely, `max Σ_i log Σ_m w_m p_m^{(−i)}(x_i)`, where `p_m^{(−i)}` has not seen the
 * fold of row i. Rows that several mixtures explain differently are explained better by all of them than by the best, and
 * where one is best it has all the weight.
 * Source: Smyth & Wolpert (1999), Linearly combining density estimators via stacking.
 * Rows of which a part has no density, since one row makes up all of a column's spread, are fitted by one Gaussian.
 * @param rows `(n, d)`.
 * @throws InputError for fewer than two folds, or more than rows.
 */
export function stackNormalMixtures(rows: FloatTensor, options: MixtureStackOptions): MixtureStack {
  const [n, d] = rows.shape as [number, number];
  const { folds = n > MANY ? 2 : 5, components = componentLadder, key } = options;
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= n))
    throw new InputError(`stackNormalMixtures: ${folds} folds of ${n} rows; expected 2 to ${n}`);
  const order = Array.from(permutation(fold(key, "folds"), n)).slice(0, ROWS);
  const parts = foldsOf(rows, order, folds);
  const strengths = [...new Set(options.strengths ?? [0.1, 1, d / 2, 2 * d])].sort((a, b) => b - a);
  const tried: Tried[] = [];
  let best: Tried | undefined;
  let since = 0;
  // A cloud has as many rows as columns at least, on average.
  const most = Math.max(1, Math.floor((order.length * (1 - 1 / folds)) / d));
  for (const count of components.filter((k) => k <= most)) {
    // The prior of a single cloud says what its rows say; of more, strengths beside the best one of fewer are tried.
    const about = best && best.components > 1 ? strengths.indexOf(best.strength) : undefined;
    const some =
      count === 1 ? strengths.slice(0, 1) : strengths.filter((_, i) => about === undefined || Math.abs(i - about) <= 1);
    const own = tryAll(count, some, parts, order.length, key);
    tried.push(...own);
    const top = own.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    const better = !best || top.logLikelihood > best.logLikelihood;
    since = better ? 0 : since + 1;
    if (better) best = top;
    if (since >= PATIENCE) break;
  }
  const trials = tried.map(({ logDensity: _, ...trial }) => trial);
  const possible = tried.filter(({ logLikelihood }) => Number.isFinite(logLikelihood));
  return { ...(possible.length > 0 ? weigh(possible) : ONE), trials };
}

/** All rows fitted as a stack says, as the clouds of one mixture. @throws as {@link fitNormalMixture}. */
export function fitStack(rows: FloatTensor, members: readonly StackedMixture[], key: Key): readonly NormalCloud[] {
  const n = rows.shape[0]!;
  const some = n > FITTED ? takeRows(rows, Array.from(permutation(fold(key, "some"), n)).slice(0, FITTED)) : rows;
  return members.flatMap(({ weight, components, strength }, m) => {
    const options = { components: Math.min(components, n), strength, key: fold(key, m) };
    const { clouds } = fitNormalMixture(some, { ...options, starts: STARTS });
    const all = some === rows ? clouds : fitNormalMixture(rows, { ...options, ...WITH_ALL, from: clouds }).clouds;
    return all.map((cloud): NormalCloud => ({ ...cloud, weight: weight * cloud.weight }));
  });
}

/** Starts of a fit, of which the best is kept. */
const STARTS = 3;

/** Every so manieth of the rows left out in turn. */
const foldsOf = (rows: FloatTensor, order: readonly number[], folds: number): Fold[] =>
  Array.from({ length: folds }, (_, f) => {
    const places = order.map((_, i) => i);
    const [own, others] = [places.filter((i) => i % folds === f), places.filter((i) => i % folds !== f)];
    const take = (some: readonly number[]): FloatTensor =>
      takeRows(
        rows,
        some.map((i) => order[i]!),
      );
    return { train: take(others), test: take(own), rows: own };
  });

/** The clouds of a fit; none where rows have no spread in some direction, so that there is no density. */
function cloudsOf(rows: FloatTensor, options: MixtureFitOptions): readonly NormalCloud[] | undefined {
  try {
    return fitNormalMixture(rows, options).clouds;
  } catch (error) {
    if (error instanceof NumericError) return undefined;
    throw error;
  }
}

/** One number of clouds with several strengths of the prior, from the strongest down, each from where the one before ended. */
function tryAll(
  components: number,
  strengths: readonly number[],
  parts: readonly Fold[],
  n: number,
  key: Key,
): Tried[] {
  const logDensities = strengths.map(() => new Float64Array(n));
  for (const [f, { train, test, rows }] of parts.entries()) {
    let from: readonly NormalCloud[] | undefined;
    for (const [s, strength] of strengths.entries()) {
      from = cloudsOf(train, { components, strength, ...ROUGHLY, starts: 2, from, key: fold(key, f) });
      const own = from
        ? normalMixture("stackNormalMixtures", from).logDensity(test)
        : new Float64Array(test.shape[0]!).fill(Number.NEGATIVE_INFINITY);
      for (const [i, row] of rows.entries()) logDensities[s]![row] = own[i]!;
    }
  }
  return strengths.map((strength, s) => {
    const logDensity = logDensities[s]!;
    return { components, strength, logDensity, logLikelihood: mean(logDensity) };
  });
}

/** Nats a row by which weights may fall short of the most likely ones. */
const SHORT = 5e-4;

/**
 * The weights of most likelihood on the rows left out, by expectation–maximisation. No weights are better by more than
 * `max_m s_m/w_m − 1`, where a step takes w to s (Lindsay 1983). While one is below the least, the member of the smallest
 * is left out: those like it take over what it explained.
 */
function weigh(
  tried: readonly Tried[],
  given: readonly number[] = tried.map(() => 1),
): Pick<MixtureStack, "members" | "logLikelihood"> {
  const { weights, logLikelihood } = likeliestWeights(tried, given);
  const smallest = weights.reduce((a, w, k) => (w < weights[a]! ? k : a), 0);
  if (tried.length > 1 && weights[smallest]! < LEAST) {
    const others = <T>(values: readonly T[]): T[] => values.filter((_, k) => k !== smallest);
    return weigh(others(tried), others([...weights]));
  }
  const members = tried.map(({ components, strength }, k) => ({ components, strength, weight: weights[k]! }));
  return { members, logLikelihood };
}

/** @param given weights to start from, of any sum. */
function likeliestWeights(tried: readonly Tried[], given: readonly number[]) {
  const [n, m] = [tried[0]!.logDensity.length, tried.length];
  const total = given.reduce((a, b) => a + b, 0);
  const weights = Float64Array.from(given, (w) => w / total);
  const tops = Float64Array.from({ length: n }, (_, i) => Math.max(...tried.map(({ logDensity }) => logDensity[i]!)));
  const ratios = tried.map(({ logDensity }) => logDensity.map((v, i) => Math.exp(v - tops[i]!)));
  let logLikelihood = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < 1000; step++) {
    const shares = new Float64Array(m);
    logLikelihood = mean(tops);
    for (let i = 0; i < n; i++) {
      let all = 0;
      for (let k = 0; k < m; k++) all += weights[k]! * ratios[k]![i]!;
      logLikelihood += Math.log(all) / n;
      for (let k = 0; k < m; k++) shares[k]! += (weights[k]! * ratios[k]![i]!) / all / n;
    }
    const short = Math.max(...shares.map((share, k) => share / weights[k]!)) - 1;
    if (short < SHORT) break;
    weights.set(shares);
  }
  return { weights, logLikelihood };
}

/** A kernel density of rows: an energy that needs no training, and p-values from every row it is made of. */

import { InputError, NumericError, ShapeError } from "../util/errors.js";
import { logGamma } from "../util/gamma-functions.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { standardCoordinates } from "./columns/coordinates.js";

export interface KernelFitOptions {
  /** Degrees of freedom that are tried; 1, 2, 4, 8 and 16 unless said. */
  readonly degrees?: readonly number[] | undefined;
  /** What messages call the columns. */
  readonly columns?: readonly string[] | undefined;
  /** Widths between which it is looked, in standard deviations of the columns; 0.01 and 3 unless said. */
  readonly widths?: readonly [least: number, most: number] | undefined;
}

/** `p(x) = 1/n Σ_i t_ν((x − x_i)/(h s))`, in nats and in the units of the rows. */
export interface KernelDensity {
  /** ν: how heavy the tails of a kernel are. */
  readonly degrees: number;
  /** h, in standard deviations of the columns. */
  readonly width: number;
  /** Of rows left out one by one, each with those that coincide with it; nats a row. */
  readonly logLikelihood: number;
  /** Rows that it is made of. */
  readonly rows: number;
  logDensity(x: Rows): Float64Array;
  /** The log-density of each row that it is made of, by the others. */
  leftOut(): Float64Array;
  /** Log-densities, and the p-value of each row among the rows that the density is made of, see {@link fitKernelDensity}. */
  score(x: Rows): {
    readonly logDensity: Float64Array;
    readonly pValue: Float64Array;
    /** Rows, from 0, that coincide with one that the density is made of: their p-values are too large. */
    readonly seen: readonly number[];
  };
}

const DEGREES: readonly number[] = [1, 2, 4, 8, 16];
const WIDTHS = [0.01, 3] as const;
/** Rows that are left out to choose by; their likelihoods under two widths differ by much less than each scatters. */
const JUDGED = 128;
/** A squared distance that is none but for rounding, in standard deviations. */
const COINCIDE = 1e-10;
/** Widths tried over the whole range with the first degrees, and steps by which the best of them is narrowed down. */
const [COARSE, FINE] = [10, 6];
/** How far the best width is looked for from that of the degrees before. */
const NEAR = 2.5;

/** Rows `(n, d)` in standard deviations of their columns. */
interface Scaled {
  readonly x: Float64Array;
  readonly n: number;
  readonly d: number;
}

/** The kernel `(1 + q/c)^{−a}` of a squared distance q, and the logarithm of what it is multiplied by. */
interface Kernel {
  /** A multiple of ½. */
  readonly a: number;
  readonly c: number;
  readonly constant: number;
}

function kernelOf(degrees: number, width: number, d: number): Kernel {
  const a = (degrees + d) / 2;
  const constant = logGamma(a) - logGamma(degrees / 2) - (d / 2) * Math.log(degrees * Math.PI) - d * Math.log(width);
  return { a, c: degrees * width * width, constant };
}

/** Squared distances of one row to all. */
function squaresTo({ x, n, d }: Scaled, row: ArrayLike<number>, from: number, into: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let s = 0;
    for (let j = 0; j < d; j++) {
      const r = x[i * d + j]! - row[from + j]!;
      s += r * r;
    }
    into[i] = s;
  }
  return into;
}

/** `x^{−a}` by squaring: several times as fast as a power of any exponent, and all the time goes here. */
function inversePower(x: number, a: number): number {
  let product = a % 1 === 0 ? 1 : Math.sqrt(x);
  let square = x;
  for (let left = Math.floor(a); left > 0; left >>>= 1) {
    if (left & 1) product *= square;
    square *= square;
  }
  return 1 / product;
}

/** `log Σ_i (1 + q_i/c)^{−a}` of the squared distances that `counts` allows; −∞ for none. */
function logSum(squares: Float64Array, { a, c }: Kernel, counts: (square: number, i: number) => boolean): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < squares.length; i++) if (squares[i]! < least && counts(squares[i]!, i)) least = squares[i]!;
  if (least === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < squares.length; i++) {
    const square = squares[i]!;
    if (counts(square, i)) sum += inversePower((c + square) / (c + least), a);
  }
  return Math.log(sum) - a * Math.log1p(least / c);
}

/** The log-likelihood of some rows under the others. Rows that coincide are left out together: ties would have any width be too wide. */
function likelihoodOf(scaled: Scaled) {
  const { x, n, d } = scaled;
  const judged = Math.min(n, JUDGED);
  const squares = Array.from({ length: judged }, (_, k) =>
    squaresTo(scaled, x, Math.floor((k * n) / judged) * d, new Float64Array(n)).filter((square) => square > COINCIDE),
  ).filter(({ length }) => length > 0);
  const all = (): boolean => true;
  return (degrees: number, width: number): number => {
    const kernel = kernelOf(degrees, width, d);
    let sum = 0;
    for (const own of squares) sum += logSum(own, kernel, all) - Math.log(own.length) + kernel.constant;
    return sum / squares.length;
  };
}

type Best = readonly [x: number, value: number];

/** The largest of a function over a range on a logarithmic scale, by a grid. */
function bestOfGrid(f: (x: number) => number, [least, most]: readonly [number, number]): Best {
  const step = Math.log(most / least) / (COARSE - 1);
  const tried = Array.from({ length: COARSE }, (_, i) => least * Math.exp(i * step));
  return tried.map((x): Best => [x, f(x)]).reduce((a, b) => (b[1] > a[1] ? b : a));
}

/** The same within a factor of where it is known at one point, by the golden section. */
function narrowed(f: (x: number) => number, known: Best, [least, most]: readonly [number, number]): Best {
  const golden = (Math.sqrt(5) - 1) / 2;
  let best = known;
  const at = (logarithm: number): number => {
    const [x, value] = [Math.exp(logarithm), f(Math.exp(logarithm))];
    if (value > best[1]) best = [x, value];
    return value;
  };
  let [low, high] = [Math.log(Math.max(least, known[0] / NEAR)), Math.log(Math.min(most, known[0] * NEAR))];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [atLeft, atRight] = [at(left), at(right)];
  for (let i = 0; i < FINE; i++)
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = at(right);
    }
  return best;
}

/** Degrees and width of the largest likelihood. */
function choose(
  likelihood: (degrees: number, width: number) => number,
  ladder: readonly number[],
  widths: readonly [number, number],
): readonly [degrees: number, width: number, likelihood: number] {
  let chosen: readonly [number, number, number] | undefined;
  let width: number | undefined;
  for (const degrees of ladder) {
    const f = (h: number): number => likelihood(degrees, h);
    const start: Best = width === undefined ? bestOfGrid(f, widths) : [width, f(width)];
    const [h, value] = narrowed(f, start, widths);
    width = h;
    if (!chosen || value > chosen[2]) chosen = [degrees, h, value];
  }
  return chosen!;
}

/**
 * The density of rows smoothed by Student kernels of one width, in standard deviations of the columns.
 *
 * A Student kernel is a normal one whose variance is unknown, with the inverse gamma law of `ν h²/χ²_ν`: the energy is
 * that of the rows after noise of an unknown level has been added to them, `−log ∫ p_σ(x) π(σ) dσ`. A light tail would let
 * the rows that lie alone choose the width for all. ν and h are those of the largest likelihood of rows left out.
 *
 * `pValue` is by full conformal prediction: a new row and each row of the density have the same score, the density at
 * them of all the others, the new one among them; `p = (1 + #{rows that are as unlikely})/(n + 1)`. Were scale, ν and h
 * given, a row that is exchangeable with the rows would have `P(p ≤ α) ≤ α` exactly, with no row held out for it. They are
 * chosen without that row, by numbers that one row moves by some 1/n; how little that matters is measured by
 * `ebbflow reproduce anomalies`.
 * Source: Habbema, Hermans & van den Broek (1974) and Duin (1976) for the likelihood of rows left out; Livernoche et al.
 * (2024) for the posterior of a noise level as a score; Lei, Robins & Wasserman (2013) for its p-values.
 * @param rows `(n, d)`, three at least.
 * @throws InputError when a column is constant or a number is not finite, ShapeError for anything but rows.
 */
export function fitKernelDensity(rows: FloatTensor, options: KernelFitOptions = {}): KernelDensity {
  const [n, d] = rows.shape;
  if (rows.shape.length !== 2 || !n || !d)
    throw new ShapeError(`fitKernelDensity: expected rows (n, d), got ${showShape(rows.shape)}`);
  if (n < 3) throw new InputError(`fitKernelDensity: ${n} rows are too few for a density; give three at least`);
  const { degrees: ladder = DEGREES, widths = WIDTHS } = options;
  if (!ladder.every((v) => Number.isInteger(v) && v > 0) || ladder.length === 0)
    throw new InputError(`fitKernelDensity: degrees are ${ladder.join(", ")}; expected whole numbers above 0`);
  if (!(widths[0] > 0 && widths[1] > widths[0]))
    throw new InputError(
      `fitKernelDensity: widths are ${widths.join(" to ")}; expected a positive one and a larger one`,
    );
  const { encode, logVolume: units } = standardCoordinates(rows, options.columns && [...options.columns]);
  const scaled = { x: encode(rows).data, n, d };
  const likelihood = likelihoodOf(scaled);
  const [degrees, width, logLikelihood] = choose(likelihood, ladder, widths);
  const kernel = kernelOf(degrees, width, d);
  const scaledRows = (given: Rows): Float64Array => {
    const points = asRows("kernel density", given);
    const { data } = encode(points);
    const bad = data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0)
      throw new NumericError(`kernel density: row ${Math.floor(bad / d)} (from 0) has a cell that is no number`);
    return data;
  };
  const toLogDensity = (sum: number, count = n): number => sum - Math.log(count) + kernel.constant - units;
  const all = (): boolean => true;
  let known: Float64Array | undefined;
  const own = (): Float64Array => {
    known ??= eachRow(scaled, scaled.x, (squares, row) => logSum(squares, kernel, (_, i) => i !== row));
    return known;
  };
  return {
    ...{ degrees, width, logLikelihood: logLikelihood - units, rows: n },
    logDensity: (given) => eachRow(scaled, scaledRows(given), (squares) => toLogDensity(logSum(squares, kernel, all))),
    leftOut: () => own().map((sum) => toLogDensity(sum, n - 1)),
    score(given) {
      const data = scaledRows(given);
      const pValue = new Float64Array(data.length / d);
      const seen: number[] = [];
      const logDensity = eachRow(scaled, data, (squares, row) => {
        if (squares.some((square) => square <= COINCIDE)) seen.push(row);
        const sum = logSum(squares, kernel, all);
        pValue[row] = shareAsUnlikely(squares, kernel, own(), sum);
        return toLogDensity(sum);
      });
      return { logDensity, pValue, seen };
    },
  };
}

/** A number for each row of `data`, of its squared distances to the rows of the density. */
function eachRow(scaled: Scaled, data: Float64Array, f: (squares: Float64Array, row: number) => number): Float64Array {
  const squares = new Float64Array(scaled.n);
  return Float64Array.from({ length: data.length / scaled.d }, (_, row) =>
    f(squaresTo(scaled, data, row * scaled.d, squares), row),
  );
}

/** Sums this close are equal but for the order in which they were summed. */
const ROUNDING = 1e-12;

/** `(1 + #{i : log(e^{S_i} + K_i) ≤ s})/(n + 1)`, `S_i` the sum of row i over the others and `K_i` what the new row adds. */
function shareAsUnlikely(squares: Float64Array, { a, c }: Kernel, among: Float64Array, s: number): number {
  const limit = s + ROUNDING * Math.max(1, Math.abs(s));
  let count = 1;
  for (let i = 0; i < squares.length; i++) {
    if (among[i]! > limit) continue;
    const added = -a * Math.log1p(squares[i]! / c);
    const top = Math.max(among[i]!, added);
    // Two terms are at most twice the larger one.
    if (top + Math.LN2 <= limit || top + Math.log1p(Math.exp(Math.min(among[i]!, added) - top)) <= limit) count++;
  }
  return count / (squares.length + 1);
}

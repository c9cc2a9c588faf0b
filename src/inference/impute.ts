import type { NormalCloud } from "../data/normal-mixture.js";
import type { Expr } from "../ir/expr.js";
import { type ChainVerdict, judgeChains } from "../metrics/chains/verdict.js";
import { add, mul, neg, sigmoid } from "../ops/arithmetic.js";
import { gather } from "../ops/indexing.js";
import { constant } from "../ops/leaf.js";
import { concat, reshape, slice, sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { fold } from "../random/key.js";
import { InputError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { type FloatTensor, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { summarizeCells } from "./cells.js";
import { type Density, rowsFor } from "./density.js";
import { type Extrapolation, extrapolationsFrom } from "./extrapolation.js";
import { type ChainCounts, type RowLaws, rowChains, type Spread } from "./row-chains.js";
import { fitClouds, givenClouds, padded, type RowMixture, type Slack } from "./row-proposal.js";

export interface ImputeOptions extends ChainCounts {
  /**
   * Mean and standard deviation of each coordinate of the flattened event, about which chains start twice as wide:
   * 0 and 1 unless said, as standardised data have.
   */
  readonly around?: Spread | undefined;
  /**
   * Points `(m, d)` of the model, or near it: a mixture of Gaussians fitted to them, given what a row is given, starts
   * half of its chains and proposes jumps, so that they cross between modes.
   */
  readonly pool?: FloatTensor | undefined;
  /**
   * A normal law of all coordinates near the model, where there is no pool: given what a row is given its chains start at
   * draws of it and walk in its units. For points of many coordinates, as images are.
   */
  readonly near?: NormalCloud | undefined;
  /** Rows `(m, ...event)` that the model was trained on, with which conditions that lie outside of them are told. */
  readonly seen?: FloatTensor | undefined;
  /**
   * The coordinates that are given by an interval each, and the interval of such a coordinate of a row: where in it the
   * number lies is drawn as well.
   */
  readonly within?: Within | undefined;
  /** Whether to give back the draws too, for conditional laws that a mean does not describe. False unless said. */
  readonly keepDraws?: boolean | undefined;
  /** Whether the chains of each row are judged by themselves. False unless said. */
  readonly judge?: boolean | undefined;
}

export interface Within {
  readonly coordinates: readonly number[];
  interval(row: number, coordinate: number): readonly [low: number, high: number];
}

/** Draws of the rows that lack the same coordinates. */
export interface PatternDraws {
  /** Rows, numbered from 0. */
  readonly rows: readonly number[];
  /** Coordinates of the flattened event that these rows lack. */
  readonly coordinates: readonly number[];
  /** `(rows, chains, draws, coordinates)`. */
  readonly x: Tensor<Float32Array>;
}

/** What the chains of a row say of themselves, numbered from 0; coordinates are those it lacks. */
export interface JudgedRow {
  readonly row: number;
  readonly verdict: ChainVerdict;
}

export interface Imputed {
  /** `(n, ...event)`: what was given, and the mean given the rest of its row for what was missing. */
  readonly rows: Tensor<Float64Array>;
  /** `(n, ...event)`: standard deviation of the law of a missing number given its row; 0 where the number was given. */
  readonly standardDeviations: Tensor<Float64Array>;
  /** How many numbers were missing. */
  readonly missing: number;
  /** The largest split R-hat and the smallest effective sample size over the missing numbers; `null` if none was. */
  readonly worst: { readonly rhat: number; readonly ess: number } | null;
  /** With `pool`: how often a jump is taken. */
  readonly jumps?: number;
  /** With `seen`: the rows given what those have not shown, in order. What is filled in there is the model's own guess. */
  readonly outside?: readonly Extrapolation[];
  /** With `judge`: of the rows that lacked something, in order. */
  readonly judged?: readonly JudgedRow[];
  /** With `keepDraws`. */
  readonly draws?: readonly PatternDraws[];
}

/**
 * Fill in what is missing (NaN) in rows of real points from the law given what is there,
 * `p(missing | given) ∝ exp(−E(missing, given))`, by chains for every row. Rows that lack the same coordinates share one
 * compiled program. Means and standard deviations are those of the draws; where a law has separate modes its mean may
 * lie between them, and chains agree (`worst`) only if they cross.
 * @throws InputError when a row is missing altogether, a number is infinite, or points are not real.
 * @throws ShapeError when rows are not `(n, ...event)`.
 */
export async function impute(model: Density, given: Rows, options: ImputeOptions): Promise<Imputed> {
  const rows = rowsFor("impute", model, given);
  if (model.energy.support.kind !== "real")
    throw new InputError(`impute: points are ${model.energy.support.kind}; only real ones can be imputed`);
  const d = sizeOf(model.energy.event);
  const filled = Float64Array.from(rows.data);
  const deviations = new Float64Array(filled.length);
  const draws: PatternDraws[] = [];
  const judged: JudgedRow[] = [];
  const extrapolations = options.seen && extrapolationsFrom(options.seen);
  const outside: Extrapolation[] = [];
  const clouds = options.pool && fitClouds(options.pool, fold(options.key, "clouds"));
  let missing = 0;
  let jumps = 0;
  let [rhat, ess] = [0, Number.POSITIVE_INFINITY];
  for (const { coordinates, rows: which } of patternsOf(filled, rows.shape[0]!, d)) {
    const given = Array.from({ length: d }, (_, j) => j).filter((j) => !coordinates.includes(j));
    if (extrapolations) outside.push(...extrapolations(rows, which, given));
    const own = conditionalLaws(model, filled, which, { missing: coordinates, given }, options);
    const near = (some: readonly NormalCloud[], slack?: Slack): RowMixture =>
      padded(
        givenClouds(some, coordinates, given, cellsAt(filled, d, which, given), slack),
        own.free - coordinates.length,
      );
    const laws: RowLaws = {
      ...own,
      ...(clouds
        ? { mixture: near(clouds) }
        : options.near
          ? { units: near([options.near], { wider: 1, some: 0 }) }
          : {}),
    };
    const { x: drawn, acceptance } = await rowChains("impute", laws, {
      ...options,
      key: fold(options.key, coordinates.join(",")),
    });
    const x = firstOf(drawn, coordinates.length);
    const cells = summarizeCells(x);
    for (const [i, row] of which.entries())
      for (const [j, at] of coordinates.entries()) {
        filled[row * d + at] = cells.mean[i * coordinates.length + j]!;
        deviations[row * d + at] = cells.standardDeviation[i * coordinates.length + j]!;
      }
    missing += cells.mean.length;
    jumps += (acceptance.globalAcceptance ?? 0) * cells.mean.length;
    rhat = Math.max(rhat, cells.worst.rhat);
    ess = Math.min(ess, cells.worst.ess);
    if (options.judge) judged.push(...judgedRows(which, x));
    if (options.keepDraws) draws.push({ rows: which, coordinates, x });
  }
  return {
    rows: tensor(filled, rows.shape),
    standardDeviations: tensor(deviations, rows.shape),
    missing,
    worst: missing > 0 ? { rhat, ess } : null,
    ...(clouds && missing > 0 ? { jumps: jumps / missing } : {}),
    ...(extrapolations ? { outside: outside.sort((a, b) => a.row - b.row) } : {}),
    ...(options.judge ? { judged: judged.sort((a, b) => a.row - b.row) } : {}),
    ...(options.keepDraws ? { draws } : {}),
  };
}

/** @param x draws of the rows `(rows, chains, draws, free)`. */
function judgedRows(rows: readonly number[], { data, shape }: Tensor<Float32Array>): JudgedRow[] {
  const each = data.length / rows.length;
  return rows.map((row, i) => {
    const x = tensor(data.subarray(i * each, (i + 1) * each), shape.slice(1));
    return { row, verdict: judgeChains({ x, exact: true }) };
  });
}

/** Some numbers of some rows of `d`, row by row. */
const cellsAt = (data: Float64Array, d: number, rows: readonly number[], at: readonly number[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => at.map((j) => data[row * d + j]!)));

type Pattern = Pick<PatternDraws, "rows" | "coordinates">;

/** The rows that lack something, by what they lack. */
function patternsOf(data: Float64Array, n: number, d: number): readonly Pattern[] {
  const patterns = new Map<string, { rows: number[]; coordinates: number[] }>();
  for (let row = 0; row < n; row++) {
    const own = data.subarray(row * d, (row + 1) * d);
    const infinite = own.findIndex((v) => Math.abs(v) === Number.POSITIVE_INFINITY);
    if (infinite >= 0)
      throw new InputError(
        `impute: row ${row} (from 0), coordinate ${infinite} is ${own[infinite]}; expected a number, or NaN`,
      );
    const coordinates = Array.from({ length: d }, (_, j) => j).filter((j) => Number.isNaN(own[j]));
    if (coordinates.length === 0) continue;
    if (coordinates.length === d)
      throw new InputError(`impute: row ${row} (from 0) is missing altogether, so nothing tells what it is; remove it`);
    const name = coordinates.join(",");
    const pattern = patterns.get(name) ?? { rows: [], coordinates };
    pattern.rows.push(row);
    patterns.set(name, pattern);
  }
  return [...patterns.values()];
}

/** The laws of some coordinates of some rows, given the other coordinates of each. */
function conditionalLaws(
  model: Density,
  data: Float64Array,
  rows: readonly number[],
  { missing, given: there }: { readonly missing: readonly number[]; readonly given: readonly number[] },
  { around, within }: Pick<ImputeOptions, "around" | "within">,
): RowLaws {
  const { event } = model.energy;
  const d = sizeOf(event);
  const open = there.filter((j) => within?.coordinates.includes(j));
  const fixed = there.filter((j) => !open.includes(j));
  // Free and given coordinates side by side, in the order of the event.
  const sides = [...missing, ...open, ...fixed];
  const order = tensor(BigInt64Array.from(Array.from({ length: d }, (_, j) => BigInt(sides.indexOf(j)))));
  const intervals = rows.map((row) => open.map((j) => within!.interval(row, j)));
  const given = Float64Array.from(
    rows.flatMap((row, i) => [
      ...fixed.map((j) => data[row * d + j]!),
      ...intervals[i]!.map(([low]) => low),
      ...intervals[i]!.map(([low, high]) => high - low),
    ]),
  );
  const [m, k, f] = [missing.length, open.length, fixed.length];
  const spread = (of: "mean" | "scale", rest: number): Float64Array =>
    Float64Array.from([...missing.map((j) => around![of][j]!), ...open.map(() => rest)]);
  return {
    model,
    free: m + k,
    around: around && { mean: spread("mean", 0), scale: spread("scale", 1) },
    given: tensor(given, [rows.length, f + 2 * k]),
    energy(joint, x, own) {
      const at = (all: Expr): Expr => joint(reshape(gather(all, constant(order), 1), [x.shape[0]!, ...event]));
      if (k === 0) return at(concat([x, own], 1));
      // Within an interval `low + width σ(t)`, and t has the density of its place there times `σ(t) σ(−t)`.
      const [t, low, width] = [slice(x, 1, m), slice(own, 1, f, f + k), slice(own, 1, f + k)];
      const places = add(low, mul(width, sigmoid(t)));
      const moved = sum(add(softplus(t), softplus(neg(t))), 1);
      const rest = f === 0 ? [] : [slice(own, 1, 0, f)];
      return add(at(concat([slice(x, 1, 0, m), places, ...rest], 1)), moved);
    },
    complete(row, free) {
      const whole = data.slice(rows[row]! * d, (rows[row]! + 1) * d);
      for (const [i, j] of missing.entries()) whole[j] = free[i]!;
      for (const [i, j] of open.entries()) {
        const [low, high] = intervals[row]![i]!;
        whole[j] = low + (high - low) / (1 + Math.exp(-free[m + i]!));
      }
      return whole;
    },
  };
}

/** The first numbers of draws `(rows, chains, draws, free)`. */
function firstOf(x: Tensor<Float32Array>, count: number): Tensor<Float32Array> {
  const [rows, chains, draws, free] = x.shape as [number, number, number, number];
  if (free === count) return x;
  const out = Float32Array.from(
    { length: rows * chains * draws * count },
    (_, i) => x.data[Math.floor(i / count) * free + (i % count)]!,
  );
  return tensor(out, [rows, chains, draws, count]);
}

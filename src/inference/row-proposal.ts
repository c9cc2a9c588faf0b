/** Jumps for chains of conditional laws: a mixture of Gaussians of all coordinates, given what each row is given. */

import { fitNormalMixture } from "../data/fit-normal-mixture.js";
import type { NormalCloud } from "../data/normal-mixture.js";
import { takeRows } from "../data/take-rows.js";
import { makeEnergy } from "../energies/energy.js";
import type { Flow } from "../flows/flow.js";
import type { Expr } from "../ir/expr.js";
import { layoutOf, unpack } from "../nn/layout.js";
import { add, mul, neg, square, sub } from "../ops/arithmetic.js";
import type { ExprRecord } from "../ops/control.js";
import { argmax } from "../ops/extrema.js";
import { oneHot } from "../ops/indexing.js";
import { matmul } from "../ops/linalg.js";
import { concat, expandDims, reshape, slice, sum } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { subsample } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { cholesky, logDet, multiply, solveLower } from "../util/cholesky.js";
import { NumericError } from "../util/errors.js";
import { columnMoments } from "../util/moments.js";
import { type FloatTensor, tensor } from "../util/tensor.js";

/** A mixture for each of `rows` rows: weights and means of its own, covariances that all rows share. */
export interface RowMixture {
  readonly free: number;
  readonly components: number;
  /** Logarithms of weights, `(rows, components)`; they sum to 1. */
  readonly logWeights: Float64Array;
  /** `(rows, components, free)` */
  readonly means: Float64Array;
  /** Lower Cholesky factors of the covariances. */
  readonly lowers: readonly Float64Array[];
}

/** Components of a mixture, and rows that it is fitted to at most. */
const [COMPONENTS, FITTED] = [8, 2000];

/** How much wider laws are made than they are, and how much of its weight a row shares among all components. */
export interface Slack {
  readonly wider: number;
  readonly some: number;
}

/** Of what proposes: a row far from all components still has some of each, and which is right is for the chains to say. */
const SLACK: Slack = { wider: 1.25, some: 0.1 };

/** Noise that keeps columns from being combinations of each other, in standard deviations. */
const JITTER = 0.02;

/** Clouds of rows `(n, d)`; `null` where no mixture can be fitted to them. */
export function fitClouds(rows: FloatTensor, key: Key): readonly NormalCloud[] | null {
  const [n, d] = rows.shape as [number, number];
  if (n < 2 * (d + 1)) return null;
  const some = takeRows(rows, subsample(fold(key, "rows"), n, Math.min(n, FITTED)));
  const { mean, squares } = columnMoments(some.data, d);
  const noise = normal(fold(key, "jitter"), some.shape, "float64").data;
  const x = tensor(
    Float64Array.from(some.data, (v, i) => {
      const j = i % d;
      const spread = Math.sqrt(squares[j]! / some.shape[0]!) || 1e-3 * Math.max(1, Math.abs(mean[j]!));
      return v + JITTER * spread * noise[i]!;
    }),
    some.shape,
  );
  const components = Math.max(1, Math.min(COMPONENTS, Math.floor(n / (4 * (d + 1)))));
  try {
    return fitNormalMixture(x, { components, starts: 2, steps: 60, tolerance: 1e-3, key: fold(key, "fit") }).clouds;
  } catch (error) {
    if (error instanceof NumericError) return null;
    throw error;
  }
}

/** Some rows and columns of a matrix, row-major. */
const block = (m: readonly (readonly number[])[], rows: readonly number[], columns: readonly number[]): Float64Array =>
  Float64Array.from(rows.flatMap((i) => columns.map((j) => m[i]![j]!)));

/**
 * The laws of some coordinates of a mixture given the others, row by row: components weigh
 * `w_k N(given; m_k, C_k)` and have the means and covariances of regression.
 * @param values `(rows, given)`.
 */
export function givenClouds(
  clouds: readonly NormalCloud[],
  free: readonly number[],
  given: readonly number[],
  values: ArrayLike<number>,
  { wider, some }: Slack = SLACK,
): RowMixture {
  const [f, g, K] = [free.length, given.length, clouds.length];
  const rows = g === 0 ? 1 : values.length / g;
  const [logWeights, means] = [new Float64Array(rows * K), new Float64Array(rows * K * f)];
  const lowers = clouds.map(({ weight, mean, covariance }, k) => {
    // Fitted clouds have whole matrices.
    const c = covariance as readonly (readonly number[])[];
    const own = block(c, free, free);
    const lower = cholesky(block(c, given, given), g, "givenClouds");
    // `L⁻¹ C_gf`, a column a free coordinate.
    const shared = free.map((j) => solveLower(lower, block(c, given, [j]), g));
    for (let i = 0; i < rows; i++) {
      const away = Float64Array.from(given, (j, a) => values[i * g + a]! - mean[j]!);
      const z = solveLower(lower, away, g);
      const square = z.reduce((s, v) => s + v * v, 0);
      logWeights[i * K + k] = Math.log(weight) - 0.5 * (square + logDet(lower, g));
      for (const [a, j] of free.entries())
        means[(i * K + k) * f + a] = mean[j]! + shared[a]!.reduce((s, v, b) => s + v * z[b]!, 0);
    }
    for (let a = 0; a < f; a++)
      for (let b = 0; b < f; b++) own[a * f + b]! -= shared[a]!.reduce((s, v, m) => s + v * shared[b]![m]!, 0);
    return cholesky(
      own.map((v) => wider ** 2 * v),
      f,
      "givenClouds",
    );
  });
  for (let i = 0; i < rows; i++) {
    const own = logWeights.subarray(i * K, (i + 1) * K);
    const top = Math.max(...own);
    const all = top + Math.log(own.reduce((s, v) => s + Math.exp(v - top), 0));
    const shares = own.map((v) => (1 - some) * Math.exp(v - all) + some / K);
    own.set(shares.map(Math.log));
  }
  return { free: f, components: K, logWeights, means, lowers };
}

/** Deviation of a normal law that covers the logistic one. */
const LOGISTIC = 2.2;

/** With so many numbers more, each of about a logistic law about 0 whatever the others. */
export function padded(mixture: RowMixture, more: number): RowMixture {
  if (more === 0) return mixture;
  const { free, components, means, lowers } = mixture;
  const f = free + more;
  const wide = new Float64Array((means.length / free) * f);
  for (let i = 0; i < means.length / free; i++) wide.set(means.subarray(i * free, (i + 1) * free), i * f);
  return {
    ...{ ...mixture, free: f, components, means: wide },
    lowers: lowers.map((l) => {
      const out = new Float64Array(f * f);
      for (let a = 0; a < free; a++) out.set(l.subarray(a * free, (a + 1) * free), a * f);
      for (let a = free; a < f; a++) out[a * f + a] = LOGISTIC;
      return out;
    }),
  };
}

/** A draw of a row's mixture. @param pick uniform in (0, 1). @param z standard normal `(free)`. */
export function drawOf(
  { free, components, logWeights, means, lowers }: RowMixture,
  row: number,
  pick: number,
  z: Float64Array,
) {
  let k = 0;
  for (let left = pick - Math.exp(logWeights[row * components]!); left >= 0 && k < components - 1; )
    left -= Math.exp(logWeights[row * components + ++k]!);
  const at = (row * components + k) * free;
  return multiply(lowers[k]!, z, free).map((v, a) => means[at + a]! + v);
}

/** The rows of a triangle's inverse. */
function inverseLower(l: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    solveLower(l, unit, n).forEach((v, i) => {
      out[i * n + j] = v;
    });
  }
  return out;
}

/** The mixtures as a flow of `n` chains, each with the one of its row, and its parameters. */
export function rowFlow(mixture: RowMixture, rowOf: (chain: number) => number, n: number) {
  const { free: f, components: K, logWeights, means, lowers } = mixture;
  const layout = layoutOf({ logits: [n, K], means: [n, K, f], lowers: [K, f, f], inverses: [K, f, f], scales: [K] });
  const chains = Array.from({ length: n }, (_, c) => rowOf(c));
  const params = Float32Array.from([
    ...chains.flatMap((row) => Array.from(logWeights.subarray(row * K, (row + 1) * K))),
    ...chains.flatMap((row) => Array.from(means.subarray(row * K * f, (row + 1) * K * f))),
    ...lowers.flatMap((l) => Array.from(l)),
    ...lowers.flatMap((l) => Array.from(inverseLower(l, f))),
    ...lowers.map((l) => logDet(l, f) / 2 + (f / 2) * Math.log(2 * Math.PI)),
  ]);
  const parts = (given: Expr) => {
    const all = unpack(layout, given) as Record<"logits" | "means" | "lowers" | "inverses" | "scales", Expr>;
    const one = (name: "lowers" | "inverses", k: number): Expr => reshape(slice(all[name], 0, k, k + 1), [f, f]);
    const mean = (k: number): Expr => reshape(slice(all.means, 1, k, k + 1), [n, f]);
    return { ...all, one, mean };
  };
  const logProb = (x: Expr, given: Expr): Expr => {
    const { logits, scales, one, mean } = parts(given);
    const logs = lowers.map((_, k) =>
      // Rows times the transposed inverse.
      mul(-0.5, sum(square(matmul(sub(x, mean(k)), one("inverses", k), { transposeB: true })), 1)),
    );
    const side = logs.map((log, k) =>
      expandDims(add(log, sub(reshape(slice(logits, 1, k, k + 1), [n]), reshape(slice(scales, 0, k, k + 1), []))), 1),
    );
    return logSumExp(concat(side, 1), 1);
  };
  const sample = ({ component, z }: ExprRecord, given: Expr): { x: Expr; logProb: Expr } => {
    const { logits, one, mean } = parts(given);
    const chosen = oneHot(argmax(add(component!, logits), 1), K, z!.dtype as "float32" | "float64");
    const drawn = lowers.map((_, k) =>
      mul(slice(chosen, 1, k, k + 1), add(mean(k), matmul(z!, one("lowers", k), { transposeB: true }))),
    );
    const x = drawn.reduce(add);
    return { x, logProb: logProb(x, given) };
  };
  const unknown = (): never => {
    throw new Error("rowFlow: a mixture has no way back to one normal law");
  };
  const flow: Flow = Object.assign(
    makeEnergy({ event: [f], layout, energy: (x, given) => neg(logProb(x, given)), exact: { logZ: 0 } }),
    {
      noise: (count: number) => ({
        component: { law: "gumbel" as const, shape: [count, K] },
        z: { law: "normal" as const, shape: [count, f] },
      }),
      ...{ logProb, sample, forward: unknown, inverse: unknown },
    },
  );
  return { flow, params: tensor(params, [layout.size]) };
}

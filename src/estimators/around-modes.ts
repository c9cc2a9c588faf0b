/** Draws for the weights of modes: of the flow, and of a Gaussian around every mode that rows were found in. */

import { takeRows } from "../data/take-rows.js";
import { type Gaussian, gaussianLogDensity } from "../metrics/goodness/gaussian-fit.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { cholesky, multiply } from "../util/cholesky.js";
import { NumericError } from "../util/errors.js";
import { columnCovariance } from "../util/moments.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import type { Reference } from "./reference.js";

/** How much wider than its rows a Gaussian is: a narrower one has weights without a bound. */
const WIDER = 1.25;

/** Rows, a coordinate, that the spread within all modes counts as beside the rows of one. */
const BORROWED = 4;

/**
 * A Gaussian around all rows `(n, d)`, for what lies between modes, and one around each mode, wider than the rows are. So
 * that few rows do not make one too narrow in some direction, the covariance of a mode is the mean of its own and of the
 * one within all modes, weighted by their rows. None where the rows within modes lie in a plane, or nothing is labelled.
 */
export function gaussiansOf(rows: FloatTensor, labels: Int32Array, modes: number): Gaussian[] {
  const d = rows.shape[1]!;
  const parts = Array.from({ length: modes }, (_, k) => {
    const chosen = Array.from(labels.keys()).filter((i) => labels[i] === k);
    return { n: chosen.length, ...columnCovariance(takeRows(rows, chosen).data, d) };
  });
  const total = parts.reduce((s, { n }) => s + n, 0);
  const within = new Float64Array(d * d).map((_, i) => parts.reduce((s, p) => s + (p.n * p.covariance[i]!) / total, 0));
  const borrowed = BORROWED * d;
  const wider = (covariance: Float64Array): Float64Array =>
    cholesky(
      covariance.map((v) => WIDER ** 2 * v),
      d,
    );
  try {
    const all = columnCovariance(rows.data, d);
    const around = parts.map(({ n, mean, covariance }) => {
      const mixed = covariance.map((v, i) => (n * v + borrowed * within[i]!) / (n + borrowed));
      return { mean, lower: wider(mixed) };
    });
    return modes === 0 ? [] : [{ mean: all.mean, lower: wider(all.covariance) }, ...around];
  } catch (error) {
    if (error instanceof NumericError) return [];
    throw error;
  }
}

function drawGaussian({ mean, lower }: Gaussian, key: Key, n: number): Float64Array {
  const d = mean.length;
  const z = normal(key, [n, d], "float64").data;
  for (let i = 0; i < n; i++)
    z.set(
      multiply(lower, z.subarray(i * d, (i + 1) * d), d).map((v, j) => v + mean[j]!),
      i * d,
    );
  return z;
}

/**
 * Half of the draws of `reference`, the others in equal parts of the Gaussians, with the log-density of the mixture at all
 * of them: a mode that the one law hardly reaches another one does, so that no weight is large. The laws take turns, so
 * that any draws in a row have them in these shares.
 * Source: Owen & Zhou (2000), Safe and effective importance sampling.
 */
export async function drawAround(
  reference: Reference,
  gaussians: readonly Gaussian[],
  key: Key,
  n: number,
): Promise<{ readonly x: FloatTensor; readonly logProb: Float64Array }> {
  if (gaussians.length === 0) return reference.draw(key, n);
  const each = Math.ceil(n / 2 / gaussians.length);
  const drawn = await reference.draw(fold(key, "reference"), gaussians.length * each);
  const parts = gaussians.map((g, k) => drawGaussian(g, fold(key, k), each));
  const [total, d] = [2 * gaussians.length * each, drawn.x.shape[1]!];
  const data = new Float64Array(total * d);
  const from = floats(drawn.x);
  const width = gaussians.length * d;
  for (let i = 0; i < each; i++) {
    data.set(from.subarray(i * width, (i + 1) * width), 2 * i * width);
    for (const [k, part] of parts.entries()) data.set(part.subarray(i * d, (i + 1) * d), (2 * i + 1) * width + k * d);
  }
  const x = tensor(data, [total, d]);
  const laws = [await reference.logProb(x), ...gaussians.map((g) => gaussianLogDensity(g, x))];
  const shares = laws.map((_, k) => (k === 0 ? Math.log(0.5) : Math.log(0.5 / gaussians.length)));
  const logProb = Float64Array.from({ length: total }, (_, i) => mixed(laws, shares, i));
  return { x, logProb };
}

/** `log Σ_k α_k q_k` at a point. */
function mixed(laws: readonly Float64Array[], logShares: readonly number[], i: number): number {
  const logs = laws.map((law, k) => law[i]! + logShares[k]!);
  const top = Math.max(...logs);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(logs.reduce((s, v) => s + Math.exp(v - top), 0));
}

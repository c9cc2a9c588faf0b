/** Independent columns of two values: the baseline a learned law of bits has to beat. */

import { ShapeError } from "../../util/errors.js";
import { type FloatTensor, showShape } from "../../util/tensor.js";

/** The two values of every column, and the probability of the second in each. */
export interface Bernoullis {
  readonly values: readonly [low: number, high: number];
  /** `(d)` */
  readonly high: Float64Array;
}

/**
 * Columns of rows `(n, d)`, each by itself: `pⱼ = (kⱼ + ½)/(n + 1)` where `kⱼ` rows have the second value, so that a
 * column that never changed leaves the other value a chance. Source: Krichevsky & Trofimov (1981).
 * @throws ShapeError for anything but rows.
 */
export function fitBernoullis(rows: FloatTensor, values: Bernoullis["values"]): Bernoullis {
  const [n, d] = rows.shape;
  if (n === undefined || d === undefined || rows.shape.length !== 2)
    throw new ShapeError(`fitBernoullis: expected rows (n, d), got ${showShape(rows.shape)}`);
  const counts = new Float64Array(d);
  rows.data.forEach((v, i) => {
    if (v === values[1]) counts[i % d]!++;
  });
  return { values, high: counts.map((k) => (k + 0.5) / (n + 1)) };
}

/** `Σⱼ log p(xⱼ)` of every row `(n, d)`, nats. @throws ShapeError when the columns differ. */
export function bernoullisLogProbability({ values, high }: Bernoullis, rows: FloatTensor): Float64Array {
  const d = high.length;
  if (rows.shape.length !== 2 || rows.shape[1] !== d)
    throw new ShapeError(`bernoullisLogProbability: rows of shape ${showShape(rows.shape)} for ${d} columns`);
  const logs = high.map(Math.log);
  const others = high.map((p) => Math.log1p(-p));
  return Float64Array.from({ length: rows.shape[0]! }, (_, r) =>
    logs.reduce((sum, log, j) => sum + (rows.data[r * d + j] === values[1] ? log : others[j]!), 0),
  );
}

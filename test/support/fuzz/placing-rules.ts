/** Rules of where numbers lie: views of a value, and values made of pieces. */

import * as ops from "../../../src/ops/index.js";
import { sizeOf } from "../../../src/util/tensor.js";
import { axisOf, hasAxis, isNumber, one, same } from "./applied.js";
import { finer, type Grown, grown, pick, type Rule, rank } from "./grown.js";

/** A permutation by its number. */
function permutation(length: number, n: number): number[] {
  const left = [...Array(length).keys()];
  return Array.from({ length }, (_, i) => left.splice((n >> (2 * i)) % left.length, 1)[0]!);
}

export const views: readonly Rule[] = [
  one(hasAxis, (x) => same(x, ops.transpose(x.expr))),
  one(hasAxis, (x, { n }) => same(x, ops.transpose(x.expr, permutation(rank(x), n)))),
  one(hasAxis, (x, { n }) => same(x, ops.flip(x.expr, axisOf(x, n)))),
  one(hasAxis, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const length = x.expr.shape[axis]!;
    const from = length === 0 ? 0 : b % length;
    return length === 0 ? [] : same(x, ops.slice(x.expr, axis, from, from + 1 + (n % (length - from))));
  }),
  (pool, draw) =>
    one(
      () => true,
      (x) => same(x, ops.reshape(x.expr, [sizeOf(x.expr.shape)])),
    )(pool, draw),
  one(hasAxis, (x, { n }) => {
    // Two neighbouring axes as one.
    const [axis, { shape }] = [axisOf(x, n), x.expr];
    if (axis + 1 >= rank(x)) return [];
    return same(
      x,
      ops.reshape(x.expr, [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)]),
    );
  }),
  one(hasAxis, (x, { n }) => {
    // One axis as two, another way round.
    const { shape } = x.expr;
    const length = sizeOf(shape);
    const by = [2, 3, 5, 7].find((k) => length > 0 && length % k === 0) ?? 1;
    return same(x, ops.reshape(x.expr, n % 2 ? [by, length / by] : [length / by, 1, by]));
  }),
  one(
    () => true,
    (x, { n }) => same(x, ops.expandDims(x.expr, n % (rank(x) + 1))),
  ),
  one(
    () => true,
    (x, { n }) => same(x, ops.broadcastTo(x.expr, [(n % 3) + 1, ...x.expr.shape])),
  ),
  one(hasAxis, (x, { n }) =>
    same(
      x,
      ops.broadcastTo(
        x.expr,
        x.expr.shape.map((k) => (k === 1 ? (n % 4) + 1 : k)),
      ),
    ),
  ),
];

export const pieces: readonly Rule[] = [
  (pool, { a, b, n }) => {
    const x = pick(pool, a, hasAxis);
    if (!x) return [];
    const axis = axisOf(x, n);
    const fits = (v: Grown): boolean =>
      v.expr.dtype === x.expr.dtype &&
      rank(v) === rank(x) &&
      v.expr.shape.every((k, i) => i === axis || k === x.expr.shape[i]);
    const y = pick(pool, b, fits)!;
    return grown(
      ops.concat(n % 4 === 0 ? [x.expr, y.expr, x.expr] : [x.expr, y.expr], axis),
      Math.max(x.size, y.size),
      finer(x, y),
    );
  },
  one(
    (x) => hasAxis(x) && isNumber(x),
    (x, { n, b }) => same(x, ops.pad(x.expr, axisOf(x, n), b % 3, n % 2)),
  ),
];

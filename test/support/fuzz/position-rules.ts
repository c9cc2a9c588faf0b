/** Rules of whole positions: what is gathered, scattered, sorted or added up along an axis. */

import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import { type Shape, sizeOf, tensor } from "../../../src/util/tensor.js";
import { axisOf, hasAxis, isInteger, isNumber, one, same } from "./applied.js";
import { type Grown, grown, isExact, isFloat, type Rule } from "./grown.js";

/** Whole positions along an axis of so many elements, some counted from its end. */
function positions(shape: Shape, length: number, seed: number): Expr {
  const at = Array.from({ length: sizeOf(shape) }, (_, i) => BigInt(((i * 5 + seed) % (2 * length)) - length));
  return ops.constant(tensor(BigInt64Array.from(at), shape));
}

const withLength = (x: Grown): boolean => hasAxis(x) && sizeOf(x.expr.shape) > 0;
const floatLine = (x: Grown): boolean => withLength(x) && isFloat(x);

export const positionRules: readonly Rule[] = [
  one(withLength, (x, { n, b }) => {
    const axis = axisOf(x, n);
    return same(x, ops.gather(x.expr, positions(b % 2 ? [3] : [], x.expr.shape[axis]!, b), axis));
  }),
  one(withLength, (x, { n, b }) => {
    const axis = axisOf(x, n);
    return same(
      x,
      ops.takeAlongAxis(x.expr, positions(x.expr.shape.with(axis, (b % 3) + 1), x.expr.shape[axis]!, b), axis),
    );
  }),
  one(
    (x) => hasAxis(x) && isNumber(x),
    (x, { n }) => {
      const axis = axisOf(x, n);
      return grown(ops.cumsum(x.expr, axis), x.size * Math.max(1, x.expr.shape[axis]!), x.grid);
    },
  ),
  one(floatLine, (x, { n }) => same(x, ops.sort(x.expr, axisOf(x, n)).values)),
  one(
    (x) => floatLine(x) && isExact(x),
    (x, { n }) => grown(ops.sort(x.expr, axisOf(x, n)).order, 1500, 0),
  ),
  one(
    (x) => floatLine(x) && isExact(x),
    (x, { n }) => grown(ops.argmax(x.expr, axisOf(x, n)), 1500, 0),
  ),
  one(floatLine, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const length = x.expr.shape[axis]!;
    const size = (b % 4) + 1;
    return grown(ops.scatterAdd(x.expr, positions([length], size, b), axis, size), x.size * length, x.grid);
  }),
  one(floatLine, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const size = (b % 4) + 1;
    return grown(
      ops.scatterAlongAxis(x.expr, positions(x.expr.shape, size, b), axis, size),
      x.size * x.expr.shape[axis]!,
      x.grid,
    );
  }),
  one(isInteger, (x, { n }) =>
    sizeOf(x.expr.shape) > 100 ? [] : grown(ops.oneHot(x.expr, (n % 4) + 1, n % 2 ? "float32" : "float64"), 1, 0),
  ),
];

/** Loops over computed positions, and running sums. What ONNX Runtime refuses, a position outside, leaves a mark here. */

import type { Expr, Node } from "../../ir/expr.js";
import type { Counter, Loops, Scalar, ScalarMath } from "../../ir/kernel.js";
import type { DType } from "../../util/tensor.js";
import { aroundAxis } from "./around-axis.js";

type Indexed<Params> = Node<Params, readonly [x: Expr, indices: Expr]>;

interface Target {
  readonly axis: number;
  readonly size: number;
}

/** What stands for a number that is not there: NaN, the least integer, true. */
function missing(math: ScalarMath, dtype: DType): Scalar {
  return math.constant(dtype === "bool" ? 1 : dtype === "int64" ? -(2 ** 63) : Number.NaN, dtype);
}

/** Where an index points along an axis, negative ones from its end; 0 where it points outside. */
function pointed(to: Loops, index: Scalar, length: number): { at: Counter; inside: Scalar } {
  const { math } = to;
  const [zero, end] = [math.constant(0, "int64"), math.constant(length, "int64")];
  const from = math.select(math.less(index, zero), math.add(index, end), index);
  const inside = math.and(math.lessEqual(zero, from), math.less(from, end));
  return { at: to.toCounter(math.select(inside, from, zero)), inside };
}

/** The element `(outer, at, inner)` of an operand of three axes. */
const elementOf = (to: Loops, [o, at, k]: readonly [Counter, Counter, Counter], length: number, inner: number) =>
  to.position([
    [o, length * inner],
    [at, inner],
    [k, 1],
  ]);

/** Whole slices at positions; where one is outside, NaN, the least integer or true. */
export function gather(to: Loops, { inputs: [x, indices], params: axis }: Indexed<number>): void {
  const { outer, length, inner } = aroundAxis(x.shape, axis);
  const count = aroundAxis(indices.shape, 0, indices.shape.length).length;
  const nothing = missing(to.math, x.dtype);
  to.each(outer, (o) =>
    to.each(count, (j) => {
      const { at, inside } = pointed(to, to.read(1, j), length);
      to.each(inner, (k) => {
        const found = (): Scalar => to.read(0, elementOf(to, [o, at, k], length, inner));
        const value = length === 0 ? nothing : to.math.select(inside, found(), nothing);
        to.write(0, elementOf(to, [o, j, k], count, inner), value);
      });
    }),
  );
}

/** One position per element; outside as in `gather`. */
export function takeAlongAxis(to: Loops, { inputs: [x, indices], params: axis }: Indexed<number>): void {
  const { length } = aroundAxis(x.shape, axis);
  const { outer, length: count, inner } = aroundAxis(indices.shape, axis);
  const nothing = missing(to.math, x.dtype);
  to.each(outer, (o) =>
    to.each(count, (j) =>
      to.each(inner, (k) => {
        const here = elementOf(to, [o, j, k], count, inner);
        const { at, inside } = pointed(to, to.read(1, here), length);
        const found = (): Scalar => to.read(0, elementOf(to, [o, at, k], length, inner));
        to.write(0, here, length === 0 ? nothing : to.math.select(inside, found(), nothing));
      }),
    ),
  );
}

const clear = (to: Loops, n: number, dtype: DType): void =>
  to.each(n, (i) => to.write(0, i, to.math.constant(0, dtype)));

/** Add to an element of the result; NaN to the first along the axis in place of what belongs outside. */
function addAt(to: Loops, inside: Scalar, at: Counter, x: Scalar): void {
  const { math } = to;
  to.write(0, at, math.add(to.reread(0, at), math.select(inside, x, missing(math, x.dtype))));
}

/** Slices added at positions, in the order of the positions. */
export function scatterAdd(to: Loops, { inputs: [x, indices], params: { axis, size } }: Indexed<Target>): void {
  const { outer, length: count, inner } = aroundAxis(x.shape, axis, indices.shape.length);
  clear(to, outer * size * inner, x.dtype);
  if (size === 0) return;
  to.each(outer, (o) =>
    to.each(count, (j) => {
      const { at, inside } = pointed(to, to.read(1, j), size);
      to.each(inner, (k) => {
        const x = to.read(0, elementOf(to, [o, j, k], count, inner));
        addAt(to, inside, elementOf(to, [o, at, k], size, inner), x);
      });
    }),
  );
}

/** Elements added, each at its own position. */
export function scatterAlongAxis(to: Loops, { inputs: [x], params: { axis, size } }: Indexed<Target>): void {
  const { outer, length: count, inner } = aroundAxis(x.shape, axis);
  clear(to, outer * size * inner, x.dtype);
  if (size === 0) return;
  to.each(outer, (o) =>
    to.each(count, (j) =>
      to.each(inner, (k) => {
        const here = elementOf(to, [o, j, k], count, inner);
        const { at, inside } = pointed(to, to.read(1, here), size);
        addAt(to, inside, elementOf(to, [o, at, k], size, inner), to.read(0, here));
      }),
    ),
  );
}

export function cumsum(to: Loops, { inputs: [x], params: axis }: Node<number, readonly [Expr]>): void {
  const { outer, length, inner } = aroundAxis(x.shape, axis);
  to.each(outer, (o) =>
    to.each(inner, (k) => {
      const sum = to.cell(to.math.constant(0, x.dtype));
      to.each(length, (i) => {
        const at = elementOf(to, [o, i, k], length, inner);
        sum.set(to.math.add(sum.get(), to.read(0, at)));
        to.write(0, at, sum.get());
      });
    }),
  );
}

/** Loops that order numbers. */

import type { Expr, Node } from "../../ir/expr.js";
import type { Counter, Loops, Scalar, ScalarMath } from "../../ir/kernel.js";
import { aroundAxis } from "./around-axis.js";

type AlongAxis = Node<number, readonly [Expr]>;

/** Position of the first of the largest: of the first number, until a larger one comes. NaN is larger than none. */
export function argmax(to: Loops, { inputs: [x], params: axis }: AlongAxis): void {
  const { outer, length, inner } = aroundAxis(x.shape, axis);
  to.each(outer, (o) =>
    to.each(inner, (k) => {
      const at = (i: Counter, from = 0): Counter =>
        to.position(
          [
            [o, length * inner],
            [i, inner],
            [k, 1],
          ],
          from,
        );
      const first = to.position([]);
      const [best, place] = [to.cell(to.read(0, at(first))), to.counterCell(first)];
      to.each(length - 1, (i) => {
        const x = to.read(0, at(i, inner));
        to.when(to.math.less(best.get(), x), () => {
          best.set(x);
          place.set(to.position([[i, 1]], 1));
        });
      });
      const line = to.position([
        [o, inner],
        [k, 1],
      ]);
      to.write(0, line, to.fromCounter(place.get()));
    }),
  );
}

/** Whether `a` is larger than `b`, or NaN where `b` is a number. */
const above = (math: ScalarMath, a: Scalar, b: Scalar): Scalar =>
  math.or(math.less(b, a), math.and(math.not(math.equal(a, a)), math.equal(b, b)));

/** Distances between elements that one pass of Shell's sort compares (Ciura 2001, then by 2.25), the largest first. */
function gapsOf(length: number): number[] {
  const gaps = [1, 4, 10, 23, 57, 132, 301, 701];
  while (gaps.at(-1)! < length) gaps.push(Math.floor(2.25 * gaps.at(-1)!));
  return gaps.filter((gap) => gap < length).reverse();
}

/** Ascending values, NaN last, and where each came from, which settles ties: Shell's sort (1959), in place. */
export function sort(to: Loops, { inputs: [x], params: axis }: AlongAxis): void {
  const { outer, length, inner } = aroundAxis(x.shape, axis);
  to.each(outer, (o) =>
    to.each(inner, (k) => {
      const at = (i: Counter): Counter =>
        to.position([
          [o, length * inner],
          [i, inner],
          [k, 1],
        ]);
      to.each(length, (i) => {
        to.write(0, at(i), to.read(0, at(i)));
        to.write(1, at(i), to.fromCounter(i));
      });
      for (const gap of gapsOf(length)) insert(to, at, length, gap);
    }),
  );
}

/** Insertion among the elements that are a gap apart: those that belong after an element move up by the gap. */
function insert(to: Loops, at: (i: Counter) => Counter, length: number, gap: number): void {
  const { math } = to;
  const [yes, no] = [math.constant(1, "bool"), math.constant(0, "bool")];
  to.each(length - gap, (start) => {
    const own = to.position([[start, 1]], gap);
    const [x, origin] = [to.reread(0, at(own)), to.reread(1, at(own))];
    const [hole, moves] = [to.counterCell(own), to.cell(yes)];
    to.repeat(
      () => moves.get(),
      () => {
        moves.set(no);
        to.when(math.not(to.before(hole.get(), to.position([], gap))), () => {
          const lower = to.position([[hole.get(), 1]], -gap);
          const [y, from] = [to.reread(0, at(lower)), to.reread(1, at(lower))];
          const tied = math.not(math.or(above(math, x, y), above(math, y, x)));
          to.when(math.or(above(math, y, x), math.and(tied, math.less(origin, from))), () => {
            to.write(0, at(hole.get()), y);
            to.write(1, at(hole.get()), from);
            hole.set(lower);
            moves.set(yes);
          });
        });
      },
    );
    to.write(0, at(hole.get()), x);
    to.write(1, at(hole.get()), origin);
  });
}

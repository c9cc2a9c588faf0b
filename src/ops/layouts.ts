/** Where the elements of a result lie when none of them is moved. Shapes are those of the node's operand and result. */

import type { Expr, Node } from "../ir/expr.js";
import type { Layout } from "../ir/kernel.js";
import { sizeOf } from "../util/tensor.js";

type Unary<Params> = Node<Params, readonly [Expr]>;
type View<Params> = (source: Layout, node: Unary<Params>) => Layout;

/** What is repeated does not move. */
export const broadcast: View<unknown> = ({ offset, strides }, { inputs: [x], outputs: [y] }) => {
  const lead = y!.shape.length - x.shape.length;
  return {
    offset,
    strides: y!.shape.map((n, i) => (i < lead || x.shape[i - lead] !== n ? 0 : strides[i - lead]!)),
  };
};

export const transpose: View<readonly number[]> = ({ offset, strides }, { params: perm }) => ({
  offset,
  strides: perm.map((p) => strides[p]!),
});

export const slice: View<{ readonly axis: number; readonly start: number }> = (
  { offset, strides },
  { params: { axis, start } },
) => ({ offset: offset + start * strides[axis]!, strides });

export const flip: View<number> = ({ offset, strides }, { inputs: [x], params: axis }) => ({
  offset: offset + Math.max(x.shape[axis]! - 1, 0) * strides[axis]!,
  strides: strides.with(axis, -strides[axis]!),
});

/**
 * Axes are taken in the smallest groups that hold equally many elements before and after. A group is a view where its
 * axes before follow each other at one distance, as if they were one axis, which is then split anew; else `null`.
 */
export function reshape({ offset, strides }: Layout, { inputs: [x], outputs: [y] }: Unary<unknown>): Layout | null {
  const to = y!.shape;
  if (sizeOf(to) === 0) return { offset, strides: to.map(() => 0) };
  const split = new Array<number>(to.length).fill(0);
  let [i, j] = [0, 0];
  while (i < x.shape.length && j < to.length) {
    const [fromStart, toStart] = [i, j];
    let [before, after] = [x.shape[i++]!, to[j++]!];
    while (before !== after)
      if (before < after) before *= x.shape[i++]!;
      else after *= to[j++]!;
    let step = distance(x.shape.slice(fromStart, i), strides.slice(fromStart, i));
    if (step === null) return null;
    for (let k = j - 1; k >= toStart; k--) {
      split[k] = step;
      step *= to[k]!;
    }
  }
  return { offset, strides: split };
}

/** How far apart the elements of several axes lie when counted through as one; `null` when that varies. */
function distance(shape: readonly number[], strides: readonly number[]): number | null {
  const axes = [...shape.keys()].filter((k) => shape[k] !== 1);
  const last = axes.at(-1);
  if (last === undefined) return 0;
  const follow = axes.every((k, at) => at === 0 || strides[axes[at - 1]!] === strides[k]! * shape[k]!);
  return follow ? strides[last]! : null;
}

/** Where each of several tensors starts when they are joined along an axis. */
export function starts(xs: readonly Expr[], axis: number): number[] {
  let end = 0;
  return xs.map((x) => {
    const start = end;
    end += x.shape[axis]!;
    return start;
  });
}

/** Plain arrays with a shape, and the few ways to make one from others: what the operations are checked against. */

import type { DType, Shape } from "../../src/util/tensor.js";

export interface Values {
  readonly shape: Shape;
  readonly data: readonly number[];
  /** That of the operands unless said. */
  readonly dtype?: DType;
}

const count = (shape: Shape): number => shape.reduce((n, k) => n * k, 1);

/** The tensor with `f(i, j, …)` at each position. */
export function generate(shape: Shape, f: (index: readonly number[]) => number, dtype?: DType): Values {
  const data = Array.from({ length: count(shape) }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (const n of [...shape].reverse()) {
      index.unshift(rest % n);
      rest = Math.floor(rest / n);
    }
    return f(index);
  });
  return { shape, data, ...(dtype ? { dtype } : {}) };
}

/** The element at a position, which may have more axes than `v`, or go beyond an axis of size one: broadcasting. */
export function at(v: Values, index: readonly number[]): number {
  const lead = index.length - v.shape.length;
  return v.data[v.shape.reduce((flat, n, i) => flat * n + (n === 1 ? 0 : index[lead + i]!), 0)]!;
}

/** The common shape of broadcast operands. */
export function commonShape(...operands: readonly Values[]): Shape {
  const rank = Math.max(...operands.map((v) => v.shape.length));
  return Array.from({ length: rank }, (_, i) =>
    Math.max(...operands.map((v) => v.shape[i - rank + v.shape.length] ?? 1)),
  );
}

/** `f` of the elements that meet under broadcasting. */
export const zip = (f: (...x: number[]) => number, operands: readonly Values[], dtype?: DType): Values =>
  generate(commonShape(...operands), (index) => f(...operands.map((v) => at(v, index))), dtype);

/** Each one-dimensional run along an axis replaced by another; all must have equal lengths. */
export function along(v: Values, axis: number, f: (line: number[]) => number[], dtype?: DType): Values {
  const line = (index: readonly number[]): number[] =>
    f(Array.from({ length: v.shape[axis]! }, (_, k) => at(v, index.with(axis, k))));
  const length = line(v.shape.map(() => 0)).length;
  return generate(v.shape.with(axis, length), (index) => line(index)[index[axis]!]!, dtype);
}

/** Axes removed by a function of everything along them, in row-major order. */
export function reduce(v: Values, axes: readonly number[], f: (elements: number[]) => number, dtype?: DType): Values {
  const kept = v.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const inner = axes.map((a) => v.shape[a]!);
  return generate(
    kept.map((i) => v.shape[i]!),
    (outer) => f([...generate(inner, (index) => at(v, place(v.shape.length, [kept, outer], [axes, index]))).data]),
    dtype,
  );
}

function place(
  rank: number,
  ...parts: readonly (readonly [axes: readonly number[], index: readonly number[]])[]
): number[] {
  const index = new Array<number>(rank).fill(0);
  for (const [axes, given] of parts) for (const [k, a] of axes.entries()) index[a] = given[k]!;
  return index;
}

export const total = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0);

/** Reading and adding at computed positions, one-hot vectors, running sums. */

import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import { floats, ints, type OpCase, type OpCases } from "../../support/op-case.js";
import { along, at, generate, type Values } from "../../support/reference.js";

const wrap = (i: number, n: number): number => (i < 0 ? i + n : i);

/** `y[…, j…, …] = x[…, i[j…], …]`. */
function gathered(x: Values, i: Values, axis: number): Values {
  const rank = i.shape.length;
  return generate([...x.shape.slice(0, axis), ...i.shape, ...x.shape.slice(axis + 1)], (index) => {
    const from = wrap(at(i, index.slice(axis, axis + rank)), x.shape[axis]!);
    return at(x, [...index.slice(0, axis), from, ...index.slice(axis + rank)]);
  });
}

/** The transpose of `gathered`, as a sum over every position of `x`. */
function scattered(x: Values, i: Values, axis: number, size: number): Values {
  const rank = i.shape.length;
  const shape = [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + rank)];
  return generate(shape, (out) => {
    let sum = 0;
    generate(x.shape, (index) => {
      const to = wrap(at(i, index.slice(axis, axis + rank)), size);
      const lands = [...index.slice(0, axis), to, ...index.slice(axis + rank)];
      if (lands.every((k, d) => k === out[d])) sum += at(x, index);
      return 0;
    });
    return sum;
  });
}

const taken = (x: Values, i: Values, axis: number): Values =>
  generate(i.shape, (index) => at(x, index.with(axis, wrap(at(i, index), x.shape[axis]!))));

function scatteredAlong(x: Values, i: Values, axis: number, size: number): Values {
  return generate(x.shape.with(axis, size), (out) => {
    let sum = 0;
    generate(x.shape, (index) => {
      const lands = index.with(axis, wrap(at(i, index), size));
      if (lands.every((k, d) => k === out[d])) sum += at(x, index);
      return 0;
    });
    return sum;
  });
}

type Shape = readonly number[];
type Indexed = (x: Expr, i: Expr) => Expr;
const indexed = (
  label: string,
  x: Shape,
  i: readonly [Shape, Shape],
  build: Indexed,
  expected: (x: Values, i: Values) => Values,
): OpCase => ({
  label,
  operands: [floats(x), ints(...i)],
  build: (a, b) => build(a!, b!),
  expected: (a, b) => expected(a!, b!),
  scale: 4,
});

const running = (line: readonly number[]): number[] =>
  line.map((_, k) => line.slice(0, k + 1).reduce((s, v) => s + v, 0));

export const indexing = {
  gather: [
    indexed(
      "rows, one twice",
      [3, 2],
      [[4], [2, 0, 2, 1]],
      (x, i) => ops.gather(x, i),
      (x, i) => gathered(x, i, 0),
    ),
    indexed(
      "negative positions",
      [4],
      [[3], [-1, 0, -4]],
      (x, i) => ops.gather(x, i),
      (x, i) => gathered(x, i, 0),
    ),
    indexed(
      "axis −1 by a matrix",
      [2, 3],
      [
        [2, 2],
        [0, 2, -1, 1],
      ],
      (x, i) => ops.gather(x, i, -1),
      (x, i) => gathered(x, i, 1),
    ),
    indexed(
      "one position",
      [3, 2],
      [[], [1]],
      (x, i) => ops.gather(x, i),
      (x, i) => gathered(x, i, 0),
    ),
    indexed(
      "the middle axis",
      [2, 3, 2],
      [[2], [2, 0]],
      (x, i) => ops.gather(x, i, 1),
      (x, i) => gathered(x, i, 1),
    ),
  ],
  scatterAdd: [
    indexed(
      "rows, one twice",
      [4, 2],
      [[4], [2, 0, 2, 1]],
      (x, i) => ops.scatterAdd(x, i, 0, 4),
      (x, i) => scattered(x, i, 0, 4),
    ),
    indexed(
      "negative positions",
      [3],
      [[3], [-1, 0, -1]],
      (x, i) => ops.scatterAdd(x, i, 0, 4),
      (x, i) => scattered(x, i, 0, 4),
    ),
    indexed(
      "axis 1 by a matrix",
      [2, 2, 2],
      [
        [2, 2],
        [0, 2, 2, 1],
      ],
      (x, i) => ops.scatterAdd(x, i, 1, 3),
      (x, i) => scattered(x, i, 1, 3),
    ),
    indexed(
      "axis −1 of the result",
      [2, 3],
      [[3], [3, 0, 3]],
      (x, i) => ops.scatterAdd(x, i, -1, 4),
      (x, i) => scattered(x, i, 1, 4),
    ),
    indexed(
      "one position",
      [2],
      [[], [1]],
      (x, i) => ops.scatterAdd(x, i, 0, 3),
      (x, i) => scattered(x, i, 0, 3),
    ),
    indexed(
      "the middle axis",
      [2, 2, 2],
      [[2], [2, 0]],
      (x, i) => ops.scatterAdd(x, i, 1, 3),
      (x, i) => scattered(x, i, 1, 3),
    ),
  ],
  takeAlongAxis: [
    indexed(
      "last axis",
      [2, 3],
      [
        [2, 2],
        [2, -1, 0, 1],
      ],
      (x, i) => ops.takeAlongAxis(x, i),
      (x, i) => taken(x, i, 1),
    ),
    indexed(
      "axis −2, longer than x",
      [2, 2],
      [
        [3, 2],
        [0, 1, 1, 1, 0, 0],
      ],
      (x, i) => ops.takeAlongAxis(x, i, -2),
      (x, i) => taken(x, i, 0),
    ),
  ],
  scatterAlongAxis: [
    indexed(
      "last axis",
      [2, 2],
      [
        [2, 2],
        [2, 2, 0, -1],
      ],
      (x, i) => ops.scatterAlongAxis(x, i, 1, 3),
      (x, i) => scatteredAlong(x, i, 1, 3),
    ),
    indexed(
      "axis −2",
      [3, 2],
      [
        [3, 2],
        [0, 1, 1, 1, 0, 0],
      ],
      (x, i) => ops.scatterAlongAxis(x, i, -2, 2),
      (x, i) => scatteredAlong(x, i, 0, 2),
    ),
  ],
  oneHot: [
    {
      label: "a vector",
      operands: [ints([3], [2, 0, 1])],
      build: (i) => ops.oneHot(i, 4),
      expected: (i) => generate([3, 4], ([r, k]) => (i.data[r!] === k ? 1 : 0), "float32"),
      order: 0,
    },
    {
      label: "one index, float64",
      operands: [ints([], [1])],
      build: (i) => ops.oneHot(i, 3, "float64"),
      expected: (i) => generate([3], ([k]) => (i.data[0] === k ? 1 : 0), "float64"),
      order: 0,
    },
  ],
  cumsum: [
    {
      label: "last axis",
      operands: [floats([2, 3])],
      build: (x) => ops.cumsum(x),
      expected: (x) => along(x, 1, running),
      scale: 4,
    },
    {
      label: "axis −2",
      operands: [floats([3, 2])],
      build: (x) => ops.cumsum(x, -2),
      expected: (x) => along(x, 0, running),
      scale: 4,
    },
    {
      label: "integers",
      operands: [ints([3], [1, 2, 5])],
      build: (x) => ops.cumsum(x),
      expected: () => ({ shape: [3], data: [1, 3, 8], dtype: "int64" }),
      order: 0,
    },
  ],
} satisfies Partial<OpCases>;

/** Tensors joined, cut, padded and turned round. */

import * as ops from "../../../src/ops/index.js";
import { floats, ints, type OpCases, oneCase as one } from "../../support/op-case.js";
import { along, at, generate, total, type Values } from "../../support/reference.js";

const joined = (xs: readonly Values[], axis: number): Values => {
  const shape = xs[0]!.shape.with(axis, total(xs.map((x) => x.shape[axis]!)));
  return generate(shape, (index) => {
    let k = index[axis]!;
    const x = xs.find((v) => {
      if (k < v.shape[axis]!) return true;
      k -= v.shape[axis]!;
      return false;
    })!;
    return at(x, index.with(axis, k));
  });
};

const padded = (line: readonly number[], before: number, after: number): number[] => [
  ...Array<number>(before).fill(0),
  ...line,
  ...Array<number>(after).fill(0),
];

export const pieces = {
  concat: [
    {
      label: "axis 0",
      operands: [floats([2, 2]), floats([1, 2]), floats([3, 2])],
      build: (...xs) => ops.concat(xs),
      expected: (...xs) => joined(xs, 0),
    },
    {
      label: "axis −1, one of them twice",
      operands: [floats([2, 1]), floats([2, 2])],
      build: (a, b) => ops.concat([a!, b!, a!], -1),
      expected: (a, b) => joined([a!, b!, a!], 1),
    },
  ],
  stack: [
    {
      label: "axis 0",
      operands: [floats([2]), floats([2])],
      build: (...xs) => ops.stack(xs),
      expected: (a, b) => ({ shape: [2, 2], data: [...a!.data, ...b!.data] }),
    },
    {
      label: "axis −1",
      operands: [floats([3]), floats([3])],
      build: (...xs) => ops.stack(xs, -1),
      expected: (...xs) => generate([3, 2], ([i, k]) => xs[k!]!.data[i!]!),
    },
  ],
  slice: [
    one(
      "the middle",
      floats([5, 2]),
      (x) => ops.slice(x, 0, 1, 4),
      (x) => along(x, 0, (l) => l.slice(1, 4)),
    ),
    one(
      "to the end, axis −1",
      floats([2, 4]),
      (x) => ops.slice(x, -1, 2),
      (x) => along(x, 1, (l) => l.slice(2)),
    ),
    one(
      "counted from the end",
      floats([6]),
      (x) => ops.slice(x, 0, -4, -1),
      (x) => along(x, 0, (l) => l.slice(-4, -1)),
    ),
    one(
      "of a slice",
      floats([8]),
      (x) => ops.slice(ops.slice(x, 0, 2, 7), 0, 1, 3),
      (x) => along(x, 0, (l) => l.slice(3, 5)),
    ),
    one(
      "of a slice, another axis",
      floats([3, 3]),
      (x) => ops.slice(ops.slice(x, 0, 1, 3), 1, 0, 2),
      (x) =>
        along(
          along(x, 0, (l) => l.slice(1)),
          1,
          (l) => l.slice(0, 2),
        ),
    ),
  ],
  pad: [
    one(
      "both sides",
      floats([2, 2]),
      (x) => ops.pad(x, 0, 1, 2),
      (x) => along(x, 0, (l) => padded(l, 1, 2)),
    ),
    one(
      "axis −1, after only",
      floats([2, 2]),
      (x) => ops.pad(x, -1, 0, 1),
      (x) => along(x, 1, (l) => padded(l, 0, 1)),
    ),
    {
      label: "integers",
      operands: [ints([2], [3, 4])],
      build: (x) => ops.pad(x, 0, 1, 0),
      expected: () => ({ shape: [3], data: [0, 3, 4], dtype: "int64" }),
      order: 0,
    },
  ],
  flip: [
    one(
      "axis 0",
      floats([3, 2]),
      (x) => ops.flip(x, 0),
      (x) => along(x, 0, (l) => l.toReversed()),
    ),
    one(
      "axis −1",
      floats([2, 3]),
      (x) => ops.flip(x, -1),
      (x) => along(x, 1, (l) => l.toReversed()),
    ),
  ],
} satisfies Partial<OpCases>;

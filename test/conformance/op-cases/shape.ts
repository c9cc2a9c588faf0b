/** Shapes changed without computing, and the sums that are the derivatives of repeating. */

import * as ops from "../../../src/ops/index.js";
import { floats, ints, type OpCases, oneCase as one } from "../../support/op-case.js";
import { at, generate, reduce, total, type Values } from "../../support/reference.js";

const reshaped =
  (...shape: number[]) =>
  ({ data }: Values): Values => ({ shape, data });

export const shape = {
  broadcastTo: [
    one(
      "a scalar",
      floats([]),
      (x) => ops.broadcastTo(x, [2, 3]),
      (x) => generate([2, 3], (i) => at(x, i)),
    ),
    one(
      "inner and leading axes",
      floats([3, 1]),
      (x) => ops.broadcastTo(x, [2, 3, 2]),
      (x) => generate([2, 3, 2], (i) => at(x, i)),
    ),
    one(
      "twice",
      floats([1, 2]),
      (x) => ops.broadcastTo(ops.broadcastTo(x, [3, 2]), [2, 3, 2]),
      (x) => generate([2, 3, 2], (i) => at(x, i)),
    ),
  ],
  sum: [
    {
      ...one(
        "everything",
        floats([2, 3]),
        (x) => ops.sum(x),
        (x) => reduce(x, [0, 1], total),
      ),
      scale: 4,
    },
    {
      ...one(
        "axis −1",
        floats([2, 3]),
        (x) => ops.sum(x, -1),
        (x) => reduce(x, [1], total),
      ),
      scale: 4,
    },
    {
      ...one(
        "axes −1, 0",
        floats([2, 2, 3]),
        (x) => ops.sum(x, [-1, 0]),
        (x) => reduce(x, [0, 2], total),
      ),
      scale: 4,
    },
    one(
      "no axis",
      floats([2]),
      (x) => ops.sum(x, []),
      (x) => x,
    ),
    one(
      "a scalar",
      floats([]),
      (x) => ops.sum(x),
      (x) => x,
    ),
    {
      label: "integers",
      operands: [ints([3], [1, 2, 5])],
      build: (x) => ops.sum(x),
      expected: () => ({ shape: [], data: [8], dtype: "int64" }),
      order: 0,
    },
  ],
  sumTo: [
    {
      ...one(
        "leading and inner axes",
        floats([2, 3, 2]),
        (x) => ops.sumTo(x, [3, 1]),
        (x) => reshaped(3, 1)(reduce(x, [0, 2], total)),
      ),
      scale: 4,
    },
    {
      ...one(
        "a scalar",
        floats([2, 2]),
        (x) => ops.sumTo(x, []),
        (x) => reduce(x, [0, 1], total),
      ),
      scale: 4,
    },
    one(
      "itself",
      floats([1, 2]),
      (x) => ops.sumTo(x, [1, 2]),
      (x) => x,
    ),
  ],
  reshape: [
    one("(2, 3) to (3, 2)", floats([2, 3]), (x) => ops.reshape(x, [3, 2]), reshaped(3, 2)),
    one("to a vector and on", floats([2, 3]), (x) => ops.reshape(ops.reshape(x, [6]), [1, 6, 1]), reshaped(1, 6, 1)),
    one("to a scalar", floats([1, 1]), (x) => ops.reshape(x, []), reshaped()),
  ],
  expandDims: [0, 1, 2, -1, -3].map((axis) =>
    one(
      `axis ${axis}`,
      floats([2, 3]),
      (x) => ops.expandDims(x, axis),
      (x) => ({
        shape: [2, 3].toSpliced(axis < 0 ? axis + 3 : axis, 0, 1),
        data: x.data,
      }),
    ),
  ),
  squeeze: [
    one("axis 1", floats([2, 1, 3]), (x) => ops.squeeze(x, 1), reshaped(2, 3)),
    one("axis −1", floats([3, 1]), (x) => ops.squeeze(x, -1), reshaped(3)),
  ],
  transpose: [
    one(
      "reversed",
      floats([2, 3]),
      (x) => ops.transpose(x),
      (x) => generate([3, 2], ([i, j]) => at(x, [j!, i!])),
    ),
    one(
      "(1, 2, 0)",
      floats([2, 3, 2]),
      (x) => ops.transpose(x, [1, 2, 0]),
      (x) => generate([3, 2, 2], ([i, j, k]) => at(x, [k!, i!, j!])),
    ),
    one(
      "negative axes, twice",
      floats([2, 3, 2]),
      (x) => ops.transpose(ops.transpose(x, [-1, 0, 1]), [2, 0, 1]),
      (x) => generate([3, 2, 2], ([i, j, k]) => at(x, [k!, i!, j!])),
    ),
  ],
} satisfies Partial<OpCases>;

/** Where values enter, what they are converted to, and where derivatives end. */

import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import type { DType } from "../../../src/util/tensor.js";
import { bools, floats, given, ints, type OpCase, type OpCases, oneCase as one } from "../../support/op-case.js";
import { generate, zip } from "../../support/reference.js";

const made = (
  label: string,
  build: () => Expr,
  shape: readonly number[],
  f: (i: readonly number[]) => number,
  dtype: DType,
): OpCase => ({
  label,
  operands: [],
  build,
  expected: () => generate(shape, f, dtype),
  order: 0,
});

const widths = ["float32", "float64"] as const;

export const leaf = {
  constant: [
    ...widths.map((width) =>
      made(
        width,
        () =>
          ops.constant({
            dtype: width,
            shape: [2],
            data: width === "float32" ? Float32Array.of(1.5, -2) : Float64Array.of(1.5, -2),
          }),
        [2],
        ([i]) => [1.5, -2][i!]!,
        width,
      ),
    ),
    made(
      "int64",
      () => ops.constant({ dtype: "int64", shape: [2], data: BigInt64Array.of(5n, -7n) }),
      [2],
      ([i]) => [5, -7][i!]!,
      "int64",
    ),
    made(
      "bool",
      () => ops.constant({ dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }),
      [2],
      ([i]) => 1 - i!,
      "bool",
    ),
  ],
  scalar: (["float32", "float64", "int64", "bool"] as const).map((dtype) =>
    made(
      dtype,
      () => ops.scalar(1, dtype),
      [],
      () => 1,
      dtype,
    ),
  ),
  arange: (["float32", "float64", "int64"] as const).map((dtype) =>
    made(
      dtype,
      () => ops.arange(4, dtype),
      [4],
      ([i]) => i!,
      dtype,
    ),
  ),
  full: widths.map((width) =>
    made(
      width,
      () => ops.full([2, 3], 2.5, width),
      [2, 3],
      () => 2.5,
      width,
    ),
  ),
  zerosLike: [{ ...one("of (2, 3)", floats([2, 3]), ops.zerosLike, (x) => zip(() => 0, [x])), flat: true }],
  // Nothing to compare with differences: the value moves and the derivative must not.
  stopGradient: [{ ...one("of (3)", floats([3]), ops.stopGradient, (x) => x), order: 0 }],
  cast: [
    {
      ...one(
        "integers to float32",
        ints([3], [-2, 0, 7]),
        (x) => ops.cast(x, "float32"),
        (x) => ({ ...x, dtype: "float32" }),
      ),
      order: 0,
    },
    {
      ...one(
        "integers to float64",
        ints([3], [-2, 0, 7]),
        (x) => ops.cast(x, "float64"),
        (x) => ({ ...x, dtype: "float64" }),
      ),
      order: 0,
    },
    {
      ...one(
        "booleans to float32",
        bools([2], [0, 1]),
        (x) => ops.cast(x, "float32"),
        (x) => ({ ...x, dtype: "float32" }),
      ),
      order: 0,
    },
    {
      ...one(
        "floats to integers, towards zero",
        given([4], [-1.7, -0.2, 0.9, 2.5]),
        (x) => ops.cast(x, "int64"),
        (x) => zip(Math.trunc, [x], "int64"),
      ),
      order: 0,
    },
    {
      ...one(
        "floats to booleans",
        given([3], [0, -0.5, 2]),
        (x) => ops.cast(x, "bool"),
        (x) => zip((v) => (v === 0 ? 0 : 1), [x], "bool"),
      ),
      order: 0,
    },
    {
      ...one(
        "down and up again",
        given([2], [0.5, -1.25]),
        (x) => ops.cast(ops.cast(x, "float32"), "float64"),
        (x) => ({ ...x, dtype: "float64" }),
      ),
      order: 0,
    },
    one(
      "to its own dtype",
      floats([2]),
      (x) => ops.cast(x, x.dtype),
      (x) => x,
    ),
  ],
} satisfies Partial<OpCases>;

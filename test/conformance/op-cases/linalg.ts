/** Matrix products and convolution, against sums written out. */

import * as ops from "../../../src/ops/index.js";
import { floats, type OpCase, type OpCases, oneCase } from "../../support/op-case.js";
import { at, commonShape, generate, type Values, zip } from "../../support/reference.js";

type Shape = readonly number[];

const range = (n: number): number[] => [...Array(n).keys()];
const add = (terms: readonly number[]): number => terms.reduce((s, v) => s + v, 0);
const swap = (x: Values): Values =>
  generate([...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!], (i) =>
    at(x, [...i.slice(0, -2), i.at(-1)!, i.at(-2)!]),
  );

function product(a: Values, b: Values): Values {
  const lead = commonShape({ shape: a.shape.slice(0, -2), data: [] }, { shape: b.shape.slice(0, -2), data: [] });
  return generate([...lead, a.shape.at(-2)!, b.shape.at(-1)!], (i) => {
    const [front, r, c] = [i.slice(0, -2), i.at(-2)!, i.at(-1)!];
    return add(range(a.shape.at(-1)!).map((k) => at(a, [...front, r, k]) * at(b, [...front, k, c])));
  });
}

const products = (label: string, a: Shape, b: Shape): OpCase[] =>
  [false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): OpCase => ({
        label: `${label}${transposeA ? ", first transposed" : ""}${transposeB ? ", second transposed" : ""}`,
        operands: [floats(transposeA ? flip(a) : a), floats(transposeB ? flip(b) : b)],
        build: (x, y) => ops.matmul(x!, y!, { transposeA, transposeB }),
        expected: (x, y) => product(transposeA ? swap(x!) : x!, transposeB ? swap(y!) : y!),
        scale: 8,
        order: 3,
      }),
    ),
  );
/** A tall matrix with scaled columns, from either side and by either kind of row, times a small one. */
const scaledProducts = (transposeB: boolean): OpCase[] =>
  ([[3], [1, 3]] as const).flatMap((row) =>
    [false, true].map(
      (rowFirst): OpCase => ({
        label: `columns scaled by (${row})${rowFirst ? " from the left" : ""}${transposeB ? ", second transposed" : ""}`,
        operands: [floats([6, 3]), floats(row), floats(transposeB ? [2, 3] : [3, 2])],
        build: (x, r, y) => ops.matmul(rowFirst ? ops.mul(r!, x!) : ops.mul(x!, r!), y!, { transposeB }),
        expected: (x, r, y) =>
          product(
            zip((a, b) => a! * b!, [x!, r!]),
            transposeB ? swap(y!) : y!,
          ),
        scale: 8,
      }),
    ),
  );
const flip = (s: Shape): Shape => [...s.slice(0, -2), s.at(-1)!, s.at(-2)!];

const convolution = (x: Values, w: Values, { stride, padding }: ops.Convolution): Values => {
  const [n, , height, width] = x.shape as [number, number, number, number];
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const out = (size: number, k: number): number => Math.floor((size + 2 * padding - k) / stride) + 1;
  return generate([n, o, out(height, kh), out(width, kw)], ([b, f, i, j]) =>
    add(
      range(c * kh * kw).map((t) => {
        const [k, p, q] = [Math.floor(t / (kh * kw)), Math.floor(t / kw) % kh, t % kw];
        const [row, column] = [i! * stride + p - padding, j! * stride + q - padding];
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? at(x, [b!, k, row, column]) * at(w, [f!, k, p, q]) : 0;
      }),
    ),
  );
};

const convolutions: readonly (readonly [label: string, Shape, Shape, ops.Convolution])[] = [
  ["plain", [2, 2, 4, 4], [3, 2, 3, 3], { stride: 1, padding: 0 }],
  ["padded", [1, 1, 3, 4], [2, 1, 3, 2], { stride: 1, padding: 1 }],
  ["strided, every row covered", [1, 2, 5, 5], [2, 2, 3, 3], { stride: 2, padding: 0 }],
  ["strided, last rows not covered", [1, 1, 6, 6], [1, 1, 3, 3], { stride: 2, padding: 0 }],
  ["strided beyond the kernel", [1, 1, 8, 7], [1, 1, 2, 2], { stride: 3, padding: 0 }],
  ["strided and padded, last rows not covered", [2, 1, 5, 6], [2, 1, 2, 3], { stride: 2, padding: 1 }],
  ["a kernel of one", [1, 2, 3, 3], [2, 2, 1, 1], { stride: 2, padding: 0 }],
  ["a kernel of one at every pixel", [2, 2, 2, 3], [3, 2, 1, 1], { stride: 1, padding: 0 }],
  ["padded beyond the image, few channels of many", [1, 1, 3, 2], [3, 1, 3, 3], { stride: 1, padding: 2 }],
  ["padded more than the kernel reaches", [1, 2, 2, 3], [1, 2, 2, 2], { stride: 1, padding: 2 }],
  ["a wide kernel", [1, 2, 3, 4], [2, 2, 5, 5], { stride: 1, padding: 2 }],
];

const pooled: readonly (readonly [label: string, Shape, side: number])[] = [
  ["blocks of two", [2, 1, 4, 6], 2],
  ["blocks of three", [1, 2, 3, 6], 3],
  ["blocks of one", [1, 1, 2, 3], 1],
];

export const linalg = {
  matmul: [
    ...products("matrices", [2, 3], [3, 4]),
    ...products("outer", [3, 1], [1, 2]),
    ...products("batches", [2, 2, 3], [2, 3, 2]),
    ...products("a matrix and a batch", [2, 3], [2, 3, 2]),
    ...products("broadcast batches", [2, 1, 1, 2], [3, 2, 2]),
    ...scaledProducts(false),
    ...scaledProducts(true),
  ],
  affine: [
    {
      label: "(3, 2) (2, 4) (4)",
      operands: [floats([3, 2]), floats([2, 4]), floats([4])],
      build: (x, w, b) => ops.affine(x!, w!, b!),
      expected: (x, w, b) => {
        const y = product(x!, w!);
        return generate(y.shape, (i) => at(y, i) + b!.data[i[1]!]!);
      },
      scale: 8,
    },
    {
      label: "(3, 2) times the transpose of (4, 2), (4)",
      operands: [floats([3, 2]), floats([4, 2]), floats([4])],
      build: (x, w, b) => ops.affine(x!, w!, b!, { transposeWeight: true }),
      expected: (x, w, b) =>
        generate(
          [3, 4],
          ([i, j]) => b!.data[j!]! + at(x!, [i!, 0]) * at(w!, [j!, 0]) + at(x!, [i!, 1]) * at(w!, [j!, 1]),
        ),
      scale: 8,
    },
  ],
  dot: [
    {
      label: "broadcast rows",
      operands: [floats([2, 3]), floats([3])],
      build: (a, b) => ops.dot(a!, b!),
      expected: (a, b) => generate([2], ([i]) => add(range(3).map((k) => at(a!, [i!, k]) * b!.data[k]!))),
      scale: 8,
    },
  ],
  conv2d: convolutions.flatMap(([label, x, w, c]): OpCase[] => [
    {
      label,
      operands: [floats(x), floats(w)],
      build: (a, b) => ops.conv2d(a!, b!, c),
      expected: (a, b) => convolution(a!, b!, c),
      scale: 8,
    },
    {
      label: `${label}, with a bias`,
      operands: [floats(x), floats(w), floats([w[0]!])],
      build: (a, b, bias) => ops.conv2d(a!, b!, { ...c, bias }),
      expected: (a, b, bias) => {
        const y = convolution(a!, b!, c);
        return generate(y.shape, (i) => at(y, i) + at(bias!, [i[1]!]));
      },
      scale: 8,
    },
  ]),
  // Of numbers up to 2, whose sum may cancel: an engine may add them in any order.
  meanPool: pooled.map(([label, shape, k]) => ({
    ...oneCase(
      label,
      floats(shape),
      (x) => ops.meanPool(x, k),
      (x) =>
        generate([shape[0]!, shape[1]!, shape[2]! / k, shape[3]! / k], ([b, c, i, j]) =>
          add(range(k * k).map((t) => at(x, [b!, c!, i! * k + Math.floor(t / k), j! * k + (t % k)]) / k ** 2)),
        ),
    ),
    scale: 2,
  })),
  repeatPixels: pooled.map(([label, shape, k]) =>
    oneCase(
      label,
      floats(shape),
      (x) => ops.repeatPixels(x, k),
      (x) =>
        generate([shape[0]!, shape[1]!, shape[2]! * k, shape[3]! * k], ([b, c, i, j]) =>
          at(x, [b!, c!, Math.floor(i! / k), Math.floor(j! / k)]),
        ),
    ),
  ),
} satisfies Partial<OpCases>;

/** Rules of sums and of products of matrices. */

import * as ops from "../../../src/ops/index.js";
import { type Shape, sizeOf, tensor } from "../../../src/util/tensor.js";
import { axisOf, commonShape, hasAxis, isNumber, one } from "./applied.js";
import { type Draw, type Floats, type Grown, grown, isFloat, type Pool, pick, type Rule, rank } from "./grown.js";

/** Some of the axes. */
const axesOf = (x: Grown, n: number): number[] => x.expr.shape.flatMap((_, i) => ((n >> i) % 2 ? [i] : []));
const count = (x: Grown, axes: readonly number[]): number => axes.reduce((k, i) => k * x.expr.shape[i]!, 1);

export const sums: readonly Rule[] = [
  one(isNumber, (x, { n }) => {
    const axes = axesOf(x, n);
    return grown(ops.sum(x.expr, axes), x.size * count(x, axes), x.grid);
  }),
  one(isFloat, (x, { n }) => {
    const axes = axesOf(x, n);
    return count(x, axes) === 0 ? [] : grown(ops.mean(x.expr, axes), x.size, null);
  }),
  one(isFloat, (x, { n }) => {
    const axes = axesOf(x, n);
    return count(x, axes) === 0 ? [] : grown(ops.max(x.expr, axes), x.size, x.grid);
  }),
  one(
    (x) => isFloat(x) && hasAxis(x),
    (x, { n }) => (sizeOf(x.expr.shape) === 0 ? [] : grown(ops.softmax(x.expr, axisOf(x, n)), 1, null)),
  ),
  one(
    (x) => isFloat(x) && hasAxis(x),
    (x, { n }) => (sizeOf(x.expr.shape) === 0 ? [] : grown(ops.logSumExp(x.expr, axisOf(x, n)), x.size + 8, null)),
  ),
];

/** Numbers known when the program is built, multiples of 1/8. */
export function known(shape: Shape, dtype: Floats, seed: number): Grown {
  const data = Array.from(
    { length: sizeOf(shape) },
    (_, i) => (((i * 7 + seed * 5 + ((i * seed) % 11)) % 23) - 11) / 8,
  );
  const array = dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data);
  return { expr: ops.constant(tensor(array, shape)), size: 1.5, grid: 3 };
}

const isMatrix = (x: Grown): boolean => isFloat(x) && rank(x) >= 2;
/** Widths of products: nothing, few, what fills vectors and what does not. */
const WIDTHS = [1, 2, 3, 4, 5, 8, 16, 17, 32, 37, 0];

function times(x: Grown, y: Grown, transposes: { transposeA: boolean; transposeB: boolean }): readonly Grown[] {
  const inner = x.expr.shape.at(transposes.transposeA ? -2 : -1)!;
  if ((sizeOf(x.expr.shape) / Math.max(1, inner)) * sizeOf(y.expr.shape) > 60_000) return [];
  const grid = x.grid === null || y.grid === null ? null : x.grid + y.grid;
  return grown(ops.matmul(x.expr, y.expr, transposes), inner * x.size * y.size, grid);
}

/** By what there is, if it fits, else by known numbers; the inner axis cut short now and then. */
function product(pool: Pool, { a, b, n }: Draw): readonly Grown[] {
  const whole = pick(pool, a, isMatrix);
  if (!whole) return [];
  const transposeA = n % 3 === 0;
  const inner = rank(whole) + (transposeA ? -2 : -1);
  const length = whole.expr.shape[inner]!;
  const cut = (n >> 3) % 8;
  const x = cut > 0 && cut < length ? { ...whole, expr: ops.slice(whole.expr, inner, length - cut) } : whole;
  const k = x.expr.shape[inner]!;
  const transposeB = b % 3 === 0;
  const fits = (v: Grown): boolean =>
    isMatrix(v) &&
    v.expr.dtype === x.expr.dtype &&
    v.expr.shape.at(transposeB ? -1 : -2) === k &&
    commonShape(v.expr.shape.slice(0, -2), x.expr.shape.slice(0, -2)) !== null;
  const m = WIDTHS[n % WIDTHS.length]!;
  const y =
    (n % 5 === 0 ? undefined : pick(pool, b, fits)) ??
    known(transposeB ? [m, k] : [k, m], x.expr.dtype as Floats, b % 13);
  return times(x, y, { transposeA, transposeB });
}

export const products: readonly Rule[] = [
  product,
  product,
  one(isMatrix, (x, { n }) =>
    times(x, x, n % 2 ? { transposeA: true, transposeB: false } : { transposeA: false, transposeB: true }),
  ),
  one(
    (x) => isFloat(x) && rank(x) === 2,
    (x, { n, b }) => {
      const [w, bias] = [
        known([x.expr.shape[1]!, WIDTHS[n % 11]!], x.expr.dtype as Floats, b % 7),
        known([WIDTHS[n % 11]!], x.expr.dtype as Floats, n % 5),
      ];
      return grown(ops.affine(x.expr, w.expr, bias.expr), x.expr.shape[1]! * 1.5 * x.size + 1.5, null);
    },
  ),
];

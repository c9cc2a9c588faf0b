/** Rules by which random programs grow, all but loops: elementwise, views, pieces, sums, products, positions. */

import type { Expr } from "../../../src/ir/expr.js";
import { broadcastsTo } from "../../../src/ir/type.js";
import * as ops from "../../../src/ops/index.js";
import { type DType, type Shape, sizeOf, tensor } from "../../../src/util/tensor.js";
import { type Draw, finer, type Grown, grown, isExact, isFloat, type Pool, pick, type Rule, rank } from "./grown.js";

type Floats = "float32" | "float64";

const commonShape = (a: Shape, b: Shape): Shape | null => {
  const n = Math.max(a.length, b.length);
  const at = (s: Shape, i: number): number => s[i - n + s.length] ?? 1;
  const common = Array.from({ length: n }, (_, i) => (at(a, i) === 1 ? at(b, i) : at(a, i)));
  return broadcastsTo(a, common) && broadcastsTo(b, common) ? common : null;
};
const meets =
  (a: Grown) =>
  (b: Grown): boolean =>
    a.expr.dtype === b.expr.dtype && commonShape(a.expr.shape, b.expr.shape) !== null;

/** On one value, which the draw names. */
const one =
  (will: (v: Grown) => boolean, f: (x: Grown, draw: Draw) => readonly Grown[]): Rule =>
  (pool, draw) => {
    const x = pick(pool, draw.a, will);
    return x ? f(x, draw) : [];
  };
/** On two values that broadcast against each other. */
const two =
  (will: (v: Grown) => boolean, f: (x: Grown, y: Grown, draw: Draw) => readonly Grown[]): Rule =>
  (pool, draw) => {
    const x = pick(pool, draw.a, will);
    const y = x && pick(pool, draw.b, (v) => will(v) && meets(x)(v));
    return x && y ? f(x, y, draw) : [];
  };
const map = (f: (x: Expr) => Expr, size = 1): Rule => one(isFloat, (x) => grown(f(x.expr), size, null));
const bool = (expr: Expr): readonly Grown[] => grown(expr, 1, 0);
const isBool = ({ expr }: Grown): boolean => expr.dtype === "bool";
const isInteger = ({ expr }: Grown): boolean => expr.dtype === "int64";
const isNumber = (v: Grown): boolean => !isBool(v);
const hasAxis = (v: Grown): boolean => rank(v) > 0;
const exactFloat = (v: Grown): boolean => isFloat(v) && isExact(v);

const elementwise: readonly Rule[] = [
  one(isFloat, (x) => grown(ops.neg(x.expr), x.size, x.grid)),
  one(isFloat, (x) => grown(ops.abs(x.expr), x.size, x.grid)),
  one(isFloat, (x) => grown(ops.square(x.expr), x.size ** 2, x.grid === null ? null : 2 * x.grid)),
  one(isFloat, (x) => grown(ops.mul(x.expr, 0.5), x.size / 2, x.grid === null ? null : x.grid + 1)),
  one(isFloat, (x, { n }) => grown(ops.add(x.expr, n % 3), x.size + 2, x.grid)),
  one(isFloat, (x) => grown(ops.silu(x.expr), x.size, null)),
  one(isFloat, (x) => grown(ops.softplus(x.expr), x.size + 1, null)),
  one(exactFloat, (x) => grown(ops.floor(x.expr), x.size + 1, 0)),
  one(exactFloat, (x) => grown(ops.sign(x.expr), 1, 0)),
  map(ops.tanh),
  map(ops.sin),
  map(ops.cos),
  map(ops.sigmoid),
  map(ops.erf),
  map(ops.atan, 2),
  map((x) => ops.exp(ops.neg(ops.abs(x)))),
  map((x) => ops.log1p(ops.square(x)), 3),
  map((x) => ops.sqrt(ops.add(ops.square(x), 1)), 5),
  two(isNumber, (x, y) => grown(ops.add(x.expr, y.expr), x.size + y.size, finer(x, y))),
  two(isNumber, (x, y) => grown(ops.sub(x.expr, y.expr), x.size + y.size, finer(x, y))),
  two(isNumber, (x, y) =>
    grown(ops.mul(x.expr, y.expr), x.size * y.size, x.grid === null || y.grid === null ? null : x.grid + y.grid),
  ),
  two(isFloat, (x, y) => grown(ops.div(x.expr, ops.add(ops.square(y.expr), 1)), x.size, null)),
  two(isFloat, (x, y) => grown(ops.maximum(x.expr, y.expr), Math.max(x.size, y.size), finer(x, y))),
  two(isFloat, (x, y) => grown(ops.minimum(x.expr, y.expr), Math.max(x.size, y.size), finer(x, y))),
  two(isExact, (x, y) => (isBool(x) ? [] : bool(ops.less(x.expr, y.expr)))),
  two(isExact, (x, y) => bool(ops.equal(x.expr, y.expr))),
  two(isBool, (x, y, { n }) => bool((n % 2 ? ops.and : ops.or)(x.expr, y.expr))),
  one(isBool, (x) => bool(ops.not(x.expr))),
  one(isInteger, (x) => grown(ops.div(x.expr, 3), x.size / 3, 0)),
  select,
  one(isFloat, (x) => grown(ops.cast(x.expr, x.expr.dtype === "float32" ? "float64" : "float32"), x.size, x.grid)),
  one(isBool, (x, { n }) => grown(ops.cast(x.expr, (["float32", "float64", "int64"] as const)[n % 3]!), 1, 0)),
  one(isInteger, (x, { n }) =>
    x.size > 2 ** 20 ? [] : grown(ops.cast(x.expr, (["float32", "float64", "bool"] as const)[n % 3]!), x.size, 0),
  ),
  one(exactFloat, (x, { n }) => grown(ops.cast(x.expr, n % 2 ? "int64" : "bool"), x.size, 0)),
];

function select(pool: Pool, { a, b, n }: Draw): readonly Grown[] {
  const c = pick(pool, n, isBool);
  const fits = (v: Grown): boolean => commonShape(c!.expr.shape, v.expr.shape) !== null;
  const x = c && pick(pool, a, fits);
  const y = x && pick(pool, b, (v) => fits(v) && meets(x)(v));
  if (!c || !x || !y) return [];
  const both = commonShape(x.expr.shape, y.expr.shape)!;
  if (!commonShape(both, c.expr.shape)) return [];
  return grown(ops.where(c.expr, x.expr, y.expr), Math.max(x.size, y.size), finer(x, y));
}

const axisOf = (x: Grown, n: number): number => n % rank(x);
const same = (x: Grown, expr: Expr): readonly Grown[] => grown(expr, x.size, x.grid);
/** A permutation by its number. */
function permutation(length: number, n: number): number[] {
  const left = [...Array(length).keys()];
  return Array.from({ length }, (_, i) => left.splice((n >> (2 * i)) % left.length, 1)[0]!);
}

const views: readonly Rule[] = [
  one(hasAxis, (x) => same(x, ops.transpose(x.expr))),
  one(hasAxis, (x, { n }) => same(x, ops.transpose(x.expr, permutation(rank(x), n)))),
  one(hasAxis, (x, { n }) => same(x, ops.flip(x.expr, axisOf(x, n)))),
  one(hasAxis, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const length = x.expr.shape[axis]!;
    const from = length === 0 ? 0 : b % length;
    return length === 0 ? [] : same(x, ops.slice(x.expr, axis, from, from + 1 + (n % (length - from))));
  }),
  (pool, draw) =>
    one(
      () => true,
      (x) => same(x, ops.reshape(x.expr, [sizeOf(x.expr.shape)])),
    )(pool, draw),
  one(hasAxis, (x, { n }) => {
    // Two neighbouring axes as one.
    const [axis, { shape }] = [axisOf(x, n), x.expr];
    if (axis + 1 >= rank(x)) return [];
    return same(
      x,
      ops.reshape(x.expr, [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)]),
    );
  }),
  one(hasAxis, (x, { n }) => {
    // One axis as two, another way round.
    const { shape } = x.expr;
    const length = sizeOf(shape);
    const by = [2, 3, 5, 7].find((k) => length > 0 && length % k === 0) ?? 1;
    return same(x, ops.reshape(x.expr, n % 2 ? [by, length / by] : [length / by, 1, by]));
  }),
  one(
    () => true,
    (x, { n }) => same(x, ops.expandDims(x.expr, n % (rank(x) + 1))),
  ),
  one(
    () => true,
    (x, { n }) => same(x, ops.broadcastTo(x.expr, [(n % 3) + 1, ...x.expr.shape])),
  ),
  one(hasAxis, (x, { n }) =>
    same(
      x,
      ops.broadcastTo(
        x.expr,
        x.expr.shape.map((k) => (k === 1 ? (n % 4) + 1 : k)),
      ),
    ),
  ),
];

const pieces: readonly Rule[] = [
  (pool, { a, b, n }) => {
    const x = pick(pool, a, hasAxis);
    if (!x) return [];
    const axis = axisOf(x, n);
    const fits = (v: Grown): boolean =>
      v.expr.dtype === x.expr.dtype &&
      rank(v) === rank(x) &&
      v.expr.shape.every((k, i) => i === axis || k === x.expr.shape[i]);
    const y = pick(pool, b, fits)!;
    return grown(
      ops.concat(n % 4 === 0 ? [x.expr, y.expr, x.expr] : [x.expr, y.expr], axis),
      Math.max(x.size, y.size),
      finer(x, y),
    );
  },
  one(
    (x) => hasAxis(x) && isNumber(x),
    (x, { n, b }) => same(x, ops.pad(x.expr, axisOf(x, n), b % 3, n % 2)),
  ),
];

/** Some of the axes. */
const axesOf = (x: Grown, n: number): number[] => x.expr.shape.flatMap((_, i) => ((n >> i) % 2 ? [i] : []));
const count = (x: Grown, axes: readonly number[]): number => axes.reduce((k, i) => k * x.expr.shape[i]!, 1);

const sums: readonly Rule[] = [
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

const products: readonly Rule[] = [
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

/** Whole positions along an axis of so many elements, some counted from its end. */
function positions(shape: Shape, length: number, seed: number): Expr {
  const at = Array.from({ length: sizeOf(shape) }, (_, i) => BigInt(((i * 5 + seed) % (2 * length)) - length));
  return ops.constant(tensor(BigInt64Array.from(at), shape));
}

const withLength = (x: Grown): boolean => hasAxis(x) && sizeOf(x.expr.shape) > 0;
const floatLine = (x: Grown): boolean => withLength(x) && isFloat(x);

const ownLoops: readonly Rule[] = [
  one(withLength, (x, { n, b }) => {
    const axis = axisOf(x, n);
    return same(x, ops.gather(x.expr, positions(b % 2 ? [3] : [], x.expr.shape[axis]!, b), axis));
  }),
  one(withLength, (x, { n, b }) => {
    const axis = axisOf(x, n);
    return same(
      x,
      ops.takeAlongAxis(x.expr, positions(x.expr.shape.with(axis, (b % 3) + 1), x.expr.shape[axis]!, b), axis),
    );
  }),
  one(
    (x) => hasAxis(x) && isNumber(x),
    (x, { n }) => {
      const axis = axisOf(x, n);
      return grown(ops.cumsum(x.expr, axis), x.size * Math.max(1, x.expr.shape[axis]!), x.grid);
    },
  ),
  one(floatLine, (x, { n }) => same(x, ops.sort(x.expr, axisOf(x, n)).values)),
  one(
    (x) => floatLine(x) && isExact(x),
    (x, { n }) => grown(ops.sort(x.expr, axisOf(x, n)).order, 1500, 0),
  ),
  one(
    (x) => floatLine(x) && isExact(x),
    (x, { n }) => grown(ops.argmax(x.expr, axisOf(x, n)), 1500, 0),
  ),
  one(floatLine, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const length = x.expr.shape[axis]!;
    const size = (b % 4) + 1;
    return grown(ops.scatterAdd(x.expr, positions([length], size, b), axis, size), x.size * length, x.grid);
  }),
  one(floatLine, (x, { n, b }) => {
    const axis = axisOf(x, n);
    const size = (b % 4) + 1;
    return grown(
      ops.scatterAlongAxis(x.expr, positions(x.expr.shape, size, b), axis, size),
      x.size * x.expr.shape[axis]!,
      x.grid,
    );
  }),
  one(isInteger, (x, { n }) =>
    sizeOf(x.expr.shape) > 100 ? [] : grown(ops.oneHot(x.expr, (n % 4) + 1, n % 2 ? "float32" : "float64"), 1, 0),
  ),
];

const DTYPES: readonly DType[] = ["float32", "float64"];
/** Values that no operand has a part in: known, and the same number everywhere. */
const leaves: readonly Rule[] = [
  (_, { a, b, n }) => [known([(a % 4) + 1, (b % 5) + 1].slice(n % 3), DTYPES[n % 2] as Floats, b % 9)],
  (_, { a, n }) => grown(ops.full([(a % 4) + 1], (n % 5) / 2, DTYPES[n % 2] as Floats), 2, 1),
];

export const plainRules: readonly Rule[] = [
  ...elementwise,
  ...elementwise,
  ...views,
  ...views,
  ...pieces,
  ...sums,
  ...sums,
  ...products,
  ...products,
  ...products,
  ...ownLoops,
  ...leaves,
];

/** Rules of single numbers. */

import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import { commonShape, isBool, isInteger, isNumber, meets, one, two } from "./applied.js";
import { type Draw, finer, type Grown, grown, isExact, isFloat, type Pool, pick, type Rule } from "./grown.js";

const map = (f: (x: Expr) => Expr, size = 1): Rule => one(isFloat, (x) => grown(f(x.expr), size, null));
const bool = (expr: Expr): readonly Grown[] => grown(expr, 1, 0);
const exactFloat = (v: Grown): boolean => isFloat(v) && isExact(v);

export const elementwise: readonly Rule[] = [
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

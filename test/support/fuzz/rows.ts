/** Random programs over rows: each row of a result follows from the row of the inputs alone, by the same rules. */

import { grad } from "../../../src/autodiff/grad.js";
import type { Expr } from "../../../src/ir/expr.js";
import * as ops from "../../../src/ops/index.js";
import { type Shape, sizeOf } from "../../../src/util/tensor.js";
import type { Draw, Floats } from "./grown.js";
import { known } from "./sum-rules.js";

type Grow = (given: readonly Expr[], draws: readonly Draw[]) => readonly Expr[];
type RowRule = (x: Expr, y: Expr, draw: Draw, pool: readonly Expr[], grow: Grow) => Expr | null;

const MOST = 300;
const event = (x: Expr): Shape => x.shape.slice(1);
const calm = (x: Expr): Expr => ops.tanh(ops.mul(x, 0.5));
const pickOf = (pool: readonly Expr[], n: number): Expr =>
  pool.slice(n % 2 ? 0 : -3).at((n >> 1) % (n % 2 ? pool.length : Math.min(3, pool.length)))!;
/** An axis beside the first. */
const axis = (x: Expr, n: number): number => 1 + (n % (x.shape.length - 1));
const onAxis =
  (f: (x: Expr, axis: number, draw: Draw) => Expr | null): RowRule =>
  (x, _, draw) =>
    x.shape.length > 1 ? f(x, axis(x, draw.n), draw) : null;
/** The same event on both sides: of another shape it is summed to one number a row first. */
const alike = (x: Expr, y: Expr): Expr => {
  if (event(x).join() === event(y).join()) return y;
  const rows = ops.mean(ops.reshape(y, [y.shape[0]!, sizeOf(event(y))]), 1);
  return ops.reshape(rows, [y.shape[0]!, ...event(x).map(() => 1)]);
};
const weight = (shape: Shape, x: Expr, seed: number): Expr => known(shape, x.dtype as Floats, seed % 13).expr;
const flat = (x: Expr): Expr => ops.reshape(x, [x.shape[0]!, sizeOf(event(x))]);
const WIDTHS = [1, 2, 3, 4, 5, 8, 16, 17, 33];
const share = (x: Expr, k: number): Expr => ops.mul(x, 1 / Math.max(1, k));

function rowsAsColumns(x: Expr, _: Expr, { a, n }: Draw): Expr {
  const columns = ops.transpose(flat(x));
  return calm(ops.transpose(ops.matmul(weight([WIDTHS[n % 9]!, columns.shape[0]!], x, a), columns)));
}

const rowRules: readonly RowRule[] = [
  (x) => ops.silu(x),
  (x) => ops.sin(x),
  (x) => ops.exp(ops.neg(ops.abs(x))),
  (x, y) => calm(ops.add(x, alike(x, y))),
  (x, y) => ops.mul(x, alike(x, y)),
  (x, y) => ops.where(ops.less(x, 0.25), x, ops.maximum(x, alike(x, y))),
  (x, _, { n }) => ops.mul(x, weight(event(x), x, n)),
  (x, _, { a, n }) => {
    const [rows, m] = [flat(x), WIDTHS[n % WIDTHS.length]!];
    const k = rows.shape[1]!;
    const transposeB = a % 2 === 0;
    return calm(ops.matmul(rows, weight(transposeB ? [m, k] : [k, m], x, a), { transposeB }));
  },
  (x, _, { a, n }) => {
    const [rows, m] = [flat(x), WIDTHS[n % WIDTHS.length]!];
    return calm(ops.affine(rows, weight([rows.shape[1]!, m], x, a), weight([m], x, n)));
  },
  // Columns that are scaled.
  (x, _, { a, b, n }) => {
    const [rows, m] = [flat(x), WIDTHS[n % WIDTHS.length]!];
    const k = rows.shape[1]!;
    return calm(ops.matmul(ops.mul(rows, weight([k], x, b)), weight([k, m], x, a)));
  },
  rowsAsColumns,
  // Of every row with itself.
  (x) => (x.shape.length === 3 ? share(ops.matmul(x, x, { transposeB: true }), x.shape[2]!) : null),
  (x, _, { n }) => share(ops.sum(flat(x), 1), n % 2 ? sizeOf(event(x)) : 8),
  onAxis((x, i) => ops.mean(x, i)),
  onAxis((x, i) => ops.max(x, i)),
  onAxis((x, i) => ops.logSumExp(x, i)),
  onAxis((x, i) => ops.softmax(x, i)),
  onAxis((x, i) => ops.flip(x, i)),
  onAxis((x, i) => share(ops.cumsum(x, i), x.shape[i]!)),
  onAxis((x, i) => ops.sort(x, i).values),
  onAxis((x, i, { b }) => ops.slice(x, i, b % x.shape[i]!)),
  onAxis((x, i) => ops.concat([x, ops.neg(x)], i)),
  (x) =>
    ops.transpose(x, [
      0,
      ...event(x)
        .map((_, i) => i + 1)
        .reverse(),
    ]),
  (x) => flat(x),
  (x) => ops.reshape(x, [x.shape[0]!, 1, sizeOf(event(x))]),
  (x, y) => grad(ops.sum(ops.tanh(y)), [x])[0]!,
  (x, y, { n, inside }, pool, grow) =>
    ops.scan({ init: { x, s: ops.mul(y, 0.5) }, length: 1 + (n % 3) }, ({ x, s }) => {
      const all = grow([...pool.slice(-2), s, x], inside);
      const fits = (e: Expr): Expr | undefined => all.findLast((v) => v.shape.join() === e.shape.join() && v !== e);
      return { state: { x: calm(ops.add(x, fits(x) ?? 0.1)), s: n % 2 ? s : calm(fits(s) ?? s) } };
    }).state.x!,
];

/** Values over rows, grown from the first: all of one dtype. @param columns whether rows are columns of a product as well. */
export function growRows(given: readonly Expr[], draws: readonly Draw[], columns = true): readonly Expr[] {
  const pool = [...given];
  const rules = columns ? rowRules : rowRules.filter((rule) => rule !== rowsAsColumns);
  for (const draw of draws) {
    const [x, y] = [pickOf(pool, draw.a), pickOf(pool, draw.b)];
    for (let k = 0; k < 3; k++) {
      const made = rules[(draw.rule + k) % rules.length]!(x, y, draw, pool, (g, d) => growRows(g, d, columns));
      if (!made || sizeOf(event(made)) > MOST) continue;
      pool.push(made);
      break;
    }
  }
  return pool;
}

/** On what rules grow: one value, or two that broadcast against each other, and what may be asked of them. */

import type { Expr } from "../../../src/ir/expr.js";
import { broadcastsTo } from "../../../src/ir/type.js";
import type { Shape } from "../../../src/util/tensor.js";
import { type Draw, type Grown, grown, pick, type Rule, rank } from "./grown.js";

export const commonShape = (a: Shape, b: Shape): Shape | null => {
  const n = Math.max(a.length, b.length);
  const at = (s: Shape, i: number): number => s[i - n + s.length] ?? 1;
  const common = Array.from({ length: n }, (_, i) => (at(a, i) === 1 ? at(b, i) : at(a, i)));
  return broadcastsTo(a, common) && broadcastsTo(b, common) ? common : null;
};
export const meets =
  (a: Grown) =>
  (b: Grown): boolean =>
    a.expr.dtype === b.expr.dtype && commonShape(a.expr.shape, b.expr.shape) !== null;

/** On one value, which the draw names. */
export const one =
  (will: (v: Grown) => boolean, f: (x: Grown, draw: Draw) => readonly Grown[]): Rule =>
  (pool, draw) => {
    const x = pick(pool, draw.a, will);
    return x ? f(x, draw) : [];
  };
/** On two values that broadcast against each other. */
export const two =
  (will: (v: Grown) => boolean, f: (x: Grown, y: Grown, draw: Draw) => readonly Grown[]): Rule =>
  (pool, draw) => {
    const x = pick(pool, draw.a, will);
    const y = x && pick(pool, draw.b, (v) => will(v) && meets(x)(v));
    return x && y ? f(x, y, draw) : [];
  };
export const isBool = ({ expr }: Grown): boolean => expr.dtype === "bool";
export const isInteger = ({ expr }: Grown): boolean => expr.dtype === "int64";
export const isNumber = (v: Grown): boolean => !isBool(v);
export const hasAxis = (v: Grown): boolean => rank(v) > 0;

/** One of the axes. */
export const axisOf = (x: Grown, n: number): number => n % rank(x);
/** Elements of a value, elsewhere. */
export const same = (x: Grown, expr: Expr): readonly Grown[] => grown(expr, x.size, x.grid);

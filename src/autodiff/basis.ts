import type { Expr } from "../ir/expr.js";
import { constant } from "../ops/leaf.js";
import { broadcastTo } from "../ops/shape.js";
import { allocate, tensor } from "../util/tensor.js";

/** The `i`-th unit vector of length `d`, repeated for `n` rows. */
export function basis(n: number, d: number, i: number, dtype: "float32" | "float64"): Expr {
  const e = allocate(dtype, d);
  e[i] = 1;
  return broadcastTo(constant(tensor(e, [1, d])), [n, d]);
}

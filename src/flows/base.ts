/** Where a flow starts: densities that are sampled and evaluated in closed form. */

import type { Expr } from "../ir/expr.js";
import type { Layout } from "../nn/layout.js";
import type { ExprRecord } from "../ops/control.js";
import type { Key } from "../random/key.js";
import type { NoiseSpec } from "../random/noise.js";
import type { FloatTensor } from "../util/tensor.js";

export interface Base {
  readonly layout: Layout;
  init(key: Key, data?: FloatTensor): Float32Array;
  /** What `n` points are made of. */
  noise(n: number): Readonly<Record<string, NoiseSpec>>;
  /** Points `(n, d)`; differentiable in the parameters where the law allows it. */
  sample(noise: ExprRecord, params: Expr): Expr;
  /** `(batch, d) → (batch)`. */
  logProb(z: Expr, params: Expr): Expr;
}

/** A network: parameters with a layout, a way to start, and a pure function. */

import type { Expr } from "../ir/expr.js";
import type { Key } from "../random/key.js";
import type { Layout } from "./layout.js";

export interface Module {
  readonly layout: Layout;
  /** Starting parameters, one flat vector. */
  init(key: Key): Float32Array;
  /** `x (batch, …in) → (batch, …out)`; `params` is the flat vector. */
  apply(params: Expr, x: Expr): Expr;
}

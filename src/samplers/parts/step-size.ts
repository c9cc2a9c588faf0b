/** Step sizes as kernels take them. */

import type { Expr, Operand } from "../../ir/expr.js";

/** Whether a step size is one a chain, `(chains, 1, …)`, and not the same for all. */
export const isOfChains = (stepSize: Operand): stepSize is Expr =>
  typeof stepSize !== "number" && stepSize.shape.length > 0;

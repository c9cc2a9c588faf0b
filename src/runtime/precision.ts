/** In which precision a program computes. */

import type { Expr } from "../ir/expr.js";
import { insideOf } from "../ir/inside.js";
import { topologicalOrder } from "../ir/order.js";

export type Precision = "single" | "double" | "mixed";

/** Whether results are computed in double precision, what is given left out: altogether, or in a part. */
export function precisionOf(results: readonly Expr[]): Precision {
  const found = new Set<string>();
  const look = (wanted: readonly Expr[], given: readonly Expr[]): void => {
    const isGiven = new Set(given.map((e) => e.node));
    for (const node of topologicalOrder(wanted, (n) => isGiven.has(n))) {
      if (isGiven.has(node) || node.inputs.length === 0) continue;
      for (const { dtype } of node.outputs) found.add(dtype);
      const inner = insideOf(node);
      if (inner) look(inner.body.results, [...inner.body.symbols, ...inner.captured]);
    }
  };
  look(results, []);
  if (!found.has("float64")) return "single";
  return found.has("float32") ? "mixed" : "double";
}

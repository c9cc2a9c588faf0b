/** What the bodies of control-flow operations share. */

import type { Body, Expr } from "../ir/expr.js";
import { dependents, topologicalOrder } from "../ir/order.js";

/** What a body uses of the surrounding graph: computed outside, once, whatever the number of steps. */
export function captures({ symbols, results }: Body): Expr[] {
  const order = topologicalOrder(results);
  const inside = dependents(order, symbols);
  const found = new Set<Expr>();
  const visit = (e: Expr): void => {
    const isConstant = e.node.inputs.length === 0 && e.node.op.lower !== undefined;
    if (!inside.has(e.node) && !isConstant) found.add(e);
  };
  for (const node of order) if (inside.has(node)) node.inputs.forEach(visit);
  results.forEach(visit);
  return [...found];
}

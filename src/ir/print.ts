/** A program as text for a person: one line a node, `%3 = mul(%1, %2) : float32 (128, 64)`. */

import type { Expr, Node } from "./expr.js";
import { parameterKey } from "./key.js";
import { topologicalOrder } from "./order.js";
import { showType } from "./type.js";

/** Print everything the results depend on, operands first. */
export function print(results: readonly Expr[]): string {
  const names = new Map<Node, string>();
  const ref = (e: Expr): string => `${names.get(e.node)}${e.node.outputs.length > 1 ? `#${e.index}` : ""}`;
  const lines = topologicalOrder(results).map((node, i) => {
    names.set(node, `%${i}`);
    const { op, inputs, params, outputs } = node;
    const shown = op.show ? op.show(params) : params === undefined || params === null ? "" : parameterKey(params);
    const args = [...inputs.map(ref), ...(shown ? [shown] : [])].join(", ");
    return `%${i} = ${op.name}(${args}) : ${outputs.map(showType).join(", ")}`;
  });
  return [...lines, `return ${results.map(ref).join(", ")}`].join("\n");
}

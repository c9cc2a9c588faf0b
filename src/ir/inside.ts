/** What loops run, by the rules of how they compute. */

import type { Body, Expr, Node } from "./expr.js";

/** What a loop runs in each of its steps, and what of its operands that uses as it is; `null` of what is no loop. */
export function insideOf(node: Node): { readonly body: Body; readonly captured: readonly Expr[] } | null {
  const rule = node.op.kernel;
  if (!rule || !("counted" in rule || "conditional" in rule)) return null;
  const { body } = "counted" in rule ? rule.counted(node) : rule.conditional(node);
  // Of either kind a loop takes something for each of its body's symbols, and then what that captures.
  return { body, captured: node.inputs.slice(body.symbols.length) };
}

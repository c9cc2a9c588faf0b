/** Walks over the graph, without recursion: programs are deeper than the call stack. */

import type { Expr, Node } from "./expr.js";

/**
 * Every node the results depend on, operands before users.
 * @param stop expressions whose nodes are not entered: they count as leaves and are left out.
 */
export function topologicalOrder(results: readonly Expr[], stop?: (node: Node) => boolean): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = results.map((e) => e.node).reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    const seen = state.get(node);
    if (seen !== undefined || stop?.(node)) {
      stack.pop();
      if (seen === "open") {
        state.set(node, "done");
        order.push(node);
      }
      continue;
    }
    state.set(node, "open");
    for (let i = node.inputs.length - 1; i >= 0; i--) {
      const input = node.inputs[i]!.node;
      if (!state.has(input)) stack.push(input);
    }
  }
  return order;
}

/** The nodes that depend on any of the sources, the sources' own nodes included. */
export function dependents(order: readonly Node[], sources: readonly Expr[]): Set<Node> {
  const found = new Set<Node>(sources.map((e) => e.node));
  for (const node of order) if (node.inputs.some((e) => found.has(e.node))) found.add(node);
  return found;
}

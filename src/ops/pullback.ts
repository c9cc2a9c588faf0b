/** The reverse walk: cotangents of results carried back to any expressions of the graph. */

import type { Expr, Node, Op } from "../ir/expr.js";
import { dependents, topologicalOrder } from "../ir/order.js";
import { addAll } from "./arithmetic.js";
import { sumTo } from "./shape.js";

const isFloat = (e: Expr): boolean => e.dtype === "float32" || e.dtype === "float64";

/** Sum of all cotangents that reached one expression; an operation may know a shorter way to add its own results. */
function total(terms: readonly Expr[]): Expr {
  if (terms.length === 1) return terms[0]!;
  const byOp = new Map<Op, Expr[]>();
  for (const t of terms) byOp.set(t.node.op, [...(byOp.get(t.node.op) ?? []), t]);
  return addAll([...byOp].flatMap(([op, group]) => (group.length > 1 && op.accumulate?.(group)) || group));
}

/**
 * For each of `wrt` the cotangent `Σᵢ cotangentᵢ ∂resultᵢ/∂wrt`, or `null` where no result depends on it. Every
 * expression of `wrt` counts as an independent variable: nothing flows through one to what it was made of. The answer
 * is again an expression, so derivatives nest.
 */
export function pullback(
  results: readonly Expr[],
  cotangents: readonly (Expr | null)[],
  wrt: readonly Expr[],
): (Expr | null)[] {
  const sources = new Set(wrt);
  const order = topologicalOrder(results, (node) => node.outputs.every((e) => sources.has(e)));
  const active = dependents(order, wrt);
  const collected = new Map<Expr, Expr[]>();
  const send = (to: Expr, g: Expr): void => {
    const terms = collected.get(to);
    if (terms) terms.push(g);
    else collected.set(to, [g]);
  };
  const arrived = (e: Expr): Expr | null => {
    const terms = collected.get(e);
    return terms ? total(terms) : null;
  };
  for (const [i, result] of results.entries()) {
    const g = cotangents[i];
    if (g) send(result, g);
  }
  for (const node of order.reverse()) {
    const wanted = node.inputs.map((e) => isFloat(e) && active.has(e.node));
    const gs = node.outputs.map((e) => (sources.has(e) ? null : arrived(e)));
    if (!wanted.includes(true) || gs.every((g) => g === null)) continue;
    for (const [i, g] of backward(node, gs, wanted).entries()) {
      const operand = node.inputs[i]!;
      if (g && wanted[i]) send(operand, sumTo(g, operand.shape));
    }
  }
  return wrt.map(arrived);
}

/** One node's rule; a node without one lets nothing through. */
function backward(node: Node, gs: readonly (Expr | null)[], wanted: readonly boolean[]): readonly (Expr | null)[] {
  if (node.op.vjpAll) return node.op.vjpAll(gs, node, wanted);
  return (gs[0] && node.op.vjp?.(gs[0], node)) ?? [];
}

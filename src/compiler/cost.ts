/** What a program comes to, by its graph alone: what its time is estimated from. */

import type { Body, Expr } from "../ir/expr.js";
import { insideOf } from "../ir/inside.js";
import type { Kernel } from "../ir/kernel.js";
import { topologicalOrder } from "../ir/order.js";
import { sizeOf } from "../util/tensor.js";
import type { Rule } from "./values.js";

export interface Work {
  /** Operations that are run, each as often as loops repeat it. */
  readonly operations: number;
  /** Elements that they give, products left out. */
  readonly elements: number;
  /** Numbers multiplied and added in products. */
  readonly products: number;
  /** Operations that are written, each once. */
  readonly written: number;
}

/** How often a loop of unknown length is taken to run. */
const TURNS = 8;

const sizeOfAll = (es: readonly Expr[]): number => es.reduce((n, { shape }) => n + sizeOf(shape), 0);

const add = (a: Work, b: Work, times = 1): Work => ({
  operations: a.operations + times * b.operations,
  elements: a.elements + times * b.elements,
  products: a.products + times * b.products,
  written: a.written + b.written,
});

const nothing: Work = { operations: 0, elements: 0, products: 0, written: 0 };

/** What the results come to, without what is given. */
export function workOf(results: readonly Expr[], given: readonly Expr[] = []): Work {
  const isGiven = new Set(given.map((e) => e.node));
  let all = nothing;
  for (const node of topologicalOrder(results, (n) => isGiven.has(n))) {
    const rule: Kernel<typeof node, Expr, Body> | undefined = node.op.kernel as Rule | undefined;
    if (isGiven.has(node) || node.inputs.length === 0 || (rule && "view" in rule)) continue;
    const inner = insideOf(node);
    if (inner) {
      const times = rule && "counted" in rule ? rule.counted(node).length : TURNS;
      all = add(all, workOf(inner.body.results, [...inner.body.symbols, ...inner.captured]), times);
      continue;
    }
    if (rule && "compose" in rule) {
      all = add(all, workOf(rule.compose(node), node.inputs));
      continue;
    }
    const [written, operations] = [1, 1];
    if (rule && "product" in rule) {
      const k = node.inputs[0]!.shape.at(rule.product(node).transposeA ? -2 : -1)!;
      all = add(all, { operations, written, elements: 0, products: sizeOfAll(node.outputs) * k });
    } else all = add(all, { operations, written, elements: sizeOfAll(node.outputs), products: 0 });
  }
  return all;
}

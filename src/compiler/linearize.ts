/** From a graph to steps: composed operations taken apart, views resolved to where their elements lie. */

import type { Expr, Node } from "../ir/expr.js";
import type { Layout } from "../ir/kernel.js";
import { topologicalOrder } from "../ir/order.js";
import type { TensorType } from "../ir/type.js";
import { isRowMajor, rowMajor } from "./layout.js";
import type { Rule, Step, TensorValue } from "./values.js";

/** An operation for which the compiler has no rule: the whole program is left to another engine. */
export class NoRule extends Error {
  override readonly name = "NoRule";
}

export interface Linear {
  readonly steps: readonly Step[];
  /** Values of the results. */
  readonly results: readonly TensorValue[];
}

/** A value of its own memory. */
export function freshValue({ shape, dtype }: TensorType, step: Step | null, known: TensorValue["known"] = null) {
  const value = { shape, dtype, layout: rowMajor(shape), step, known } as {
    -readonly [K in keyof TensorValue]: TensorValue[K];
  };
  value.base = value;
  return value as TensorValue;
}

const viewOf = ({ shape, dtype }: TensorType, base: TensorValue, layout: Layout): TensorValue => ({
  ...{ shape, dtype, base, layout },
  ...{ step: null, known: null },
});

const copy: Rule = { map: (_, [x]) => x! };

/** The numbers of a value side by side: itself, or a copy made by one more step. */
function compact(value: TensorValue, steps: Step[]): TensorValue {
  if (value.base === value || isRowMajor(value.layout, value.shape)) return value;
  return append(steps, null, copy, [value], [value])[0]!;
}

function append(
  steps: Step[],
  node: Node | null,
  rule: Rule,
  inputs: readonly TensorValue[],
  types: readonly TensorType[],
): readonly TensorValue[] {
  const outputs: TensorValue[] = [];
  // A copy has no node, and its rule asks for none.
  const step: Step = { at: steps.length, node: node as Node, rule, inputs, outputs };
  steps.push(step);
  for (const type of types) outputs.push(freshValue(type, step));
  return outputs;
}

/**
 * The steps that the results need, operands first.
 * @param given values of expressions that are there: inputs, symbols, what a loop captures.
 * @throws NoRule
 */
export function linearize(results: readonly Expr[], given: ReadonlyMap<Expr, TensorValue>): Linear {
  const values = new Map(given);
  const steps: Step[] = [];
  // A loop captures some of a node's results, all that it reads: what made them is not done again.
  const isGiven = (node: Node): boolean => node.outputs.some((e) => values.has(e));
  const write = (wanted: readonly Expr[]): void => {
    for (const node of topologicalOrder(wanted, isGiven)) {
      if (isGiven(node)) continue;
      const rule = node.op.kernel as Rule | undefined;
      const composed = rule ? ("compose" in rule ? rule.compose(node) : null) : node.op.compose?.(node);
      if (composed) {
        write(composed);
        for (const [i, e] of node.outputs.entries()) values.set(e, values.get(composed[i]!)!);
      } else if (rule) writeNode(node, rule, values, steps);
      else throw new NoRule(`${node.op.name} ${node.inputs.length === 0 ? "is not given" : "has no kernel"}`);
    }
  };
  write(results);
  return { steps, results: results.map((e) => values.get(e)!) };
}

/** Whether a step reads an operand as numbers side by side: loops of its own, and what is stacked for a loop. */
function liesInOrder(rule: Rule, node: Node, operand: number): boolean {
  if ("loops" in rule) return true;
  if (!("counted" in rule)) return false;
  const { body, states } = rule.counted(node);
  return operand >= states && operand < body.symbols.length;
}

function writeNode(node: Node, rule: Rule, values: Map<Expr, TensorValue>, steps: Step[]): void {
  const inputs = node.inputs.map((e) => values.get(e)!);
  if ("constant" in rule) values.set(node.outputs[0]!, freshValue(node.outputs[0]!, null, rule.constant(node)));
  else if ("view" in rule) {
    const source = inputs[0]!;
    const layout = rule.view(source.layout, node);
    const from = layout ? source : append(steps, null, copy, [source], [source])[0]!;
    values.set(node.outputs[0]!, viewOf(node.outputs[0]!, from.base, layout ?? rule.view(from.layout, node)!));
  } else {
    const operands = inputs.map((value, i) => (liesInOrder(rule, node, i) ? compact(value, steps) : value));
    const made = append(steps, node, rule, operands, node.outputs);
    for (const [i, e] of node.outputs.entries()) values.set(e, made[i]!);
  }
}
